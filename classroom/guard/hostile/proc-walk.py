"""Walks through /proc: the memory, descriptors and folders of every process that is not its own child."""

import os

from attempt import attempt, violated_if

numbers = [int(name) for name in os.listdir("/proc") if name.isdigit()]
violated_if(len(numbers) > 24, f"{len(numbers)} processes can be seen")
for number in numbers:
    if number == os.getpid():
        continue
    with open(f"/proc/{number}/status") as file:
        uid = next(line for line in file if line.startswith("Uid:")).split()[1]
    violated_if(uid != str(os.getuid()), f"process {number} of user {uid}")
attempt("write the memory of 1", open, "/proc/1/mem", "r+b", 0)
attempt("read the memory of 1", open, "/proc/1/mem", "rb", 0)
for name in ("environ", "maps", "auxv", "stack", "syscall", "io"):
    attempt(f"read {name} of 1", lambda: open(f"/proc/1/{name}", "rb").read())
attempt("descriptors of 1", os.listdir, "/proc/1/fd")
attempt("root of 1", os.listdir, "/proc/1/root")
attempt("kernel memory", open, "/proc/kcore", "rb")
attempt("kernel log", open, "/proc/kmsg", "rb")
