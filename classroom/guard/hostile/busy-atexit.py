"""Has ended, but computes for ever in what runs at its end."""

import atexit


def forever():
    while True:
        pass


atexit.register(forever)
print("the end", flush=True)
