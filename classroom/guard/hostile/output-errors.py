"""Writes to standard error for ever."""

import sys

while True:
    sys.stderr.write("error " * 100 + "\n")
