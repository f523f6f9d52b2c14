"""Takes limits, rank and processors away from the other processes of its room."""

import os
import resource

from attempt import attempt, syscall

IOPRIO_SET, IOPRIO_WHO_PROCESS, IOPRIO_WHO_USER, IDLE = 251, 1, 3, 3 << 13

for number in [int(name) for name in os.listdir("/proc") if name.isdigit()]:
    if number == os.getpid():
        continue
    attempt(f"limit the open files of {number}", resource.prlimit, number, resource.RLIMIT_NOFILE, (0, 0))
    attempt(f"limit the memory of {number}", resource.prlimit, number, resource.RLIMIT_DATA, (0, 0))
    attempt(f"lower the rank of {number}", os.setpriority, os.PRIO_PROCESS, number, 19)
    attempt(f"leave {number} one processor", os.sched_setaffinity, number, {0})
    attempt(f"let {number} run when nobody else does", os.sched_setscheduler, number, os.SCHED_IDLE, os.sched_param(0))
    attempt(f"let {number} wait for the disk", syscall, IOPRIO_SET, IOPRIO_WHO_PROCESS, number, IDLE)
attempt("lower the rank of all of its user's", os.setpriority, os.PRIO_USER, 0, 19)
attempt("let all of its user's wait for the disk", syscall, IOPRIO_SET, IOPRIO_WHO_USER, 0, IDLE)
