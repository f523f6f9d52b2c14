"""Puts objects in the place of the streams that raise, hang on, and lie."""

import sys


class Twisted:
    def __getattr__(self, name):
        raise RuntimeError(f"no {name}")

    def write(self, text):
        return "many"

    def flush(self):
        raise KeyboardInterrupt


print("before", flush=True)
sys.stdout = sys.stderr = sys.stdin = Twisted()
print("after")
raise ValueError("to whom?")
