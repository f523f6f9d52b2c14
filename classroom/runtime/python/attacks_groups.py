"""What a run in its cgroup tries: to take more memory, processes and CPU than it may."""

from __future__ import annotations

import json
import os
import sys
import time

MIB = 1024 * 1024
TRY_MIB, STEP_MIB = 64, 4
TRY_PROCESSES = 24
# At first the kernel's shares lag behind who is there.
SETTLE_S, COMPETE_S = 0.1, 0.25


def run() -> dict[str, int | float | bool]:
    """In the room's first process. Returns what its child, once placed, could take."""
    go_reader, go_writer = os.pipe()
    told_reader, told_writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(go_writer)
        os.close(told_reader)
        os.read(go_reader, 1)
        attack(told_writer)
        os._exit(0)
    os.close(go_reader)
    os.close(told_writer)
    print(json.dumps({"place": {"pid": child, "spare": 1}}), flush=True)
    placed = sys.stdin.readline().strip() == "placed"
    os.write(go_writer, b".")
    facts: dict[str, int | float | bool] = {"placed": placed, "processes": 0, "heldMib": 0, "shareOfHost": 0.0}
    with os.fdopen(told_reader) as told:
        if told.readline() == "compete\n":
            mine = spin()
            theirs = float(told.readline() or 0)
            facts["shareOfHost"] = mine / max(mine + theirs, 0.001)
        for line in told:
            name, value = line.split()
            facts[name] = int(value)
    status = os.waitpid(child, 0)[1]
    facts["killed"] = os.WIFSIGNALED(status)
    return facts


def spin() -> float:
    """Seconds of CPU time got in a while of trying, on the one processor for which all compete."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    start = time.monotonic() + SETTLE_S
    while time.monotonic() < start:
        pass
    begun = time.process_time()
    while time.monotonic() < start + COMPETE_S:
        pass
    return time.process_time() - begun


def attack(told: int) -> None:
    say(told, "compete")
    helper_reader, helper_writer = os.pipe()
    helper = os.fork()
    if helper == 0:
        os.write(helper_writer, str(spin()).encode())
        os._exit(0)
    mine = spin()
    os.waitpid(helper, 0)
    say(told, str(mine + float(os.read(helper_reader, 64) or 0)))
    say(told, "processes %d" % fork_many())
    held = []
    for step in range(STEP_MIB, TRY_MIB + 1, STEP_MIB):
        held.append(bytearray(os.urandom(4096)) * (STEP_MIB * MIB // 4096))
        say(told, "heldMib %d" % step)


def fork_many() -> int:
    """How many at once; each ends when this process lets go of the pipe."""
    reader, writer = os.pipe()
    children = []
    try:
        while len(children) < TRY_PROCESSES:
            pid = os.fork()
            if pid == 0:
                os.close(writer)
                os.read(reader, 1)
                os._exit(0)
            children.append(pid)
    except OSError:
        pass
    os.close(reader)
    os.close(writer)
    for pid in children:
        os.waitpid(pid, 0)
    return len(children)


def say(fd: int, line: str) -> None:
    os.write(fd, (line + "\n").encode())
