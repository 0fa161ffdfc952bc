"""Statistics of PAPI: pure functions, frame in, frame out."""
