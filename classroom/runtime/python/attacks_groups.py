"""What a run in its cgroup tries: to take more memory, processes and CPU than it may."""

from __future__ import annotations

import json
import os
import signal
import sys
import time

MIB = 1024 * 1024
TRY_MIB, STEP_MIB = 64, 4
TRY_PROCESSES = 24
COMPETITORS = 2
# Counted in time of the processor, so that a machine that is busy with others is only asked for longer. At first the
# kernel's shares lag behind who is there.
SETTLE_CPU_S, COMPETE_CPU_S, PATIENCE_S = 0.05, 0.25, 5.0


def run() -> dict[str, int | float | bool]:
    """In the room's first process. Returns what its child, once placed, could take."""
    go_reader, go_writer = os.pipe()
    told_reader, told_writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(go_writer)
        os.close(told_reader)
        os.read(go_reader, 1)
        attack(told_writer, go_reader)
        os._exit(0)
    os.close(go_reader)
    os.close(told_writer)
    print(json.dumps({"place": {"pid": child, "spare": 1}}), flush=True)
    placed = sys.stdin.readline().strip() == "placed"
    os.write(go_writer, b".")
    facts: dict[str, int | float | bool] = {"placed": placed, "processes": 0, "heldMib": 0, "shareOfHost": 0.0}
    with os.fdopen(told_reader) as told:
        said = told.readline().split()
        if said[:1] == ["compete"]:
            facts["shareOfHost"] = share_against([int(pid) for pid in said[1:]])
            os.write(go_writer, b".")
        for line in told:
            name, value = line.split()
            facts[name] = int(value)
    status = os.waitpid(child, 0)[1]
    facts["killed"] = os.WIFSIGNALED(status)
    return facts


def share_against(others: list[int]) -> float:
    """What this process gets of the one processor for which all compete, while it tries."""
    to_one_processor()
    end = time.monotonic() + PATIENCE_S

    def until(seconds: float) -> tuple[float, float]:
        while True:
            mine, theirs = time.process_time(), sum(map(cpu_time_of, others))
            if mine + theirs >= seconds or time.monotonic() > end:
                return mine, theirs

    mine_before, theirs_before = until(time.process_time() + sum(map(cpu_time_of, others)) + SETTLE_CPU_S)
    mine_after, theirs_after = until(mine_before + theirs_before + COMPETE_CPU_S)
    mine, theirs = mine_after - mine_before, theirs_after - theirs_before
    return mine / max(mine + theirs, 0.001)


def cpu_time_of(pid: int) -> float:
    """Seconds of CPU time of another process; the kernel's name of its clock is made of its number (clock_getcpuclockid)."""
    return time.clock_gettime((~pid << 3) | 2)


def to_one_processor() -> None:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def attack(told: int, go_reader: int) -> None:
    to_one_processor()
    spinning = [spin() for _ in range(COMPETITORS)]
    say(told, " ".join(["compete", *map(str, spinning)]))
    os.read(go_reader, 1)
    for pid in spinning:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    say(told, "processes %d" % fork_many())
    held = []
    for step in range(STEP_MIB, TRY_MIB + 1, STEP_MIB):
        held.append(bytearray(os.urandom(4096)) * (STEP_MIB * MIB // 4096))
        say(told, "heldMib %d" % step)


def spin() -> int:
    pid = os.fork()
    while pid == 0:
        pass
    return pid


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
