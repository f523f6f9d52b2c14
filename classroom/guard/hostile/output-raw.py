"""Writes to descriptor 1 for ever, past Python."""

import os

while True:
    os.write(1, b"x" * 65536)
