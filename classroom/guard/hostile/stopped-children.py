"""Leaves children that have stopped themselves, and cannot be asked to end."""

import os
import signal
import time

for _ in range(8):
    if os.fork() == 0:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.kill(os.getpid(), signal.SIGSTOP)
time.sleep(0.2)
print("eight children are stopped")
