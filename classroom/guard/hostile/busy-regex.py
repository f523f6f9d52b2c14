"""A pattern that backtracks through every way to cut a string."""

import re

print("started", flush=True)
re.match(r"(a+)+$", "a" * 64 + "b")
