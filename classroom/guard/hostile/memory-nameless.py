"""Fills files that have no name and are nowhere on a disk."""

import os

print("growing", flush=True)
kept = []
written = 0
while written < 2 << 30:
    handle = os.memfd_create("x")
    kept.append(handle)
    written += os.write(handle, b"x" * (8 << 20))
print("VIOLATED: two gigabytes")
