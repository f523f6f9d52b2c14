"""Is no Python: zeros, half characters, and a bracket that nobody closes."""
x = (((((((((
