"""A trace function that raises from within whatever runs, ours included."""

import sys


def trace(frame, event, argument):
    raise RuntimeError("from the trace function")


print("before")
sys.setprofile(trace)
sys.settrace(trace)
print("after")
