"""Recurses in native code, with the interpreter's guard against it taken away."""

import sys

sys.setrecursionlimit(2**31 - 1)
print("before", flush=True)
nested = []
for _ in range(2_000_000):
    nested = [nested]
print(len(repr(nested)))
