"""Takes hold of the room's first process, of its parent and of a child of its own, as a debugger does."""

import os
import time

from attempt import attempt, syscall

child = os.fork()
if child == 0:
    time.sleep(5)
    os._exit(0)
for number in (1, os.getppid(), child):
    attempt(f"attach to {'its child' if number == child else number}", syscall, 101, 16, number, 0, 0)
    attempt(f"seize {'its child' if number == child else number}", syscall, 101, 0x4206, number, 0, 0)
attempt("be traced", syscall, 101, 0, 0, 0, 0)
os.kill(child, 9)
