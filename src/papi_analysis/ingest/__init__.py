"""One reader per layout of the figures, each giving the same tidy table exactly as published."""
