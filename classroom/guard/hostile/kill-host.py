"""Tries to end, stop or confuse the room's first process: its parent."""

import os
import signal
import time

for parent in {1, os.getppid()}:
    for number in range(1, 65):
        if number in (signal.SIGCONT, signal.SIGCHLD):
            continue
        for _ in range(20):
            try:
                os.kill(parent, number)
            except OSError:
                pass
time.sleep(0.1)
print("tried")
