"""Leaves a process behind that belongs to nobody, in a session of its own, and writes on for ever."""

import os
import time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        while True:
            with open("/workspace/heartbeat.txt", "a") as file:
                file.write("x")
            time.sleep(0.05)
    os._exit(0)
time.sleep(0.3)
print("the daemon is on its way")
