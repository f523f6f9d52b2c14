"""Sends SIGKILL to every process it can see with one call."""

import os
import signal
import time

for _ in range(20):
    try:
        os.kill(-1, signal.SIGKILL)
    except OSError:
        pass
    time.sleep(0.01)
print("nobody ended me")
