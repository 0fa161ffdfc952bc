"""The tables of the project: codebook, panel, and the small tables beside the scores."""
