"""What agencies plan, what became of it, and who leads what."""
