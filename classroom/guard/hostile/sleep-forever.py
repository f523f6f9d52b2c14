"""Sleeps until it is ended."""

import time

print("good night", flush=True)
while True:
    time.sleep(1000)
