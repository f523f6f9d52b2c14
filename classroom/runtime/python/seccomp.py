"""The filter of system calls of a room: what no program of a student needs, and what attacks on the kernel begin with.

The filter is assembled here, byte by byte, so that nothing has to be installed. Everything that is not named is allowed:
a list of what Python, numpy and the programs of students use would never be complete, and would break them silently.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct

from syscalls import CHECKED, DENIED, NEWEST_CALL

AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
X32_BIT = 0x40000000
# CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET
NAMESPACES = 0x7E020000
NEWTIME = 0x80
TIOCSTI, TIOCLINUX = 0x5412, 0x541C
AF_UNIX, AF_INET, AF_INET6 = 1, 2, 10
SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET = 1, 2, 5
TCP, UDP = 6, 17
SCHED_FIFO, SCHED_RR, SCHED_DEADLINE, RESET_ON_FORK = 1, 2, 6, 0x40000000
ITSELF, PRIO_PROCESS, IOPRIO_WHO_PROCESS = 0, 0, 1
S_IFMT, S_IFCHR, S_IFBLK = 0o170000, 0o020000, 0o060000

LOAD, JEQ, JGE, JSET, AND, RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
ALLOW, KILL = 0x7FFF0000, 0x80000000
REFUSE = 0x00050000 | errno.EPERM
UNKNOWN = 0x00050000 | errno.ENOSYS


class Program:
    """Instructions of the kernel's classic filter machine."""

    def __init__(self) -> None:
        self.code: list[tuple[int, int, int, int]] = []

    def load(self, offset: int) -> None:
        self.code.append((LOAD, 0, 0, offset))

    def load_argument(self, index: int) -> None:
        """The lower half: of every argument that is looked at, the kernel itself uses no more."""
        self.load(16 + 8 * index)

    def mask(self, bits: int) -> None:
        self.code.append((AND, 0, 0, bits))

    def answer(self, action: int) -> None:
        self.code.append((RETURN, 0, 0, action))

    def answer_if(self, test: int, value: int, action: int) -> None:
        self.code.append((test, 0, 1, value))
        self.answer(action)

    def answer_unless(self, test: int, value: int, action: int) -> None:
        self.code.append((test, 1, 0, value))
        self.answer(action)

    def when_call(self, number: int | None, block: "Program") -> None:
        """`block` must end with an answer; the call's number stays loaded for what follows."""
        if number is not None:
            self.code.append((JEQ, 0, len(block.code), number))
            self.code.extend(block.code)

    def to_bytes(self) -> bytes:
        return b"".join(struct.pack("<HBBI", *instruction) for instruction in self.code)


def refusing(argument: int, bits: int | None, test: int, values: tuple[int, ...]) -> Program:
    """Refuses a call one of whose arguments is one of `values`."""
    block = Program()
    block.load_argument(argument)
    if bits is not None:
        block.mask(bits)
    for value in values:
        block.answer_if(test, value, REFUSE)
    block.answer(ALLOW)
    return block


def sockets() -> Program:
    """Local ones, TCP and UDP; nothing raw, and none of the many families that hardly anyone ever tried to break."""
    internet = Program()
    internet.load_argument(1)
    internet.mask(0xF)
    internet.code.append((JEQ, 2, 0, SOCK_STREAM))
    internet.code.append((JEQ, 1, 0, SOCK_DGRAM))
    internet.answer(REFUSE)
    internet.load_argument(2)
    internet.answer_if(JEQ, 0, ALLOW)
    internet.answer_if(JEQ, TCP, ALLOW)
    internet.answer_if(JEQ, UDP, ALLOW)
    internet.answer(REFUSE)

    local = Program()
    local.load_argument(1)
    local.mask(0xF)
    for kind in (SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET):
        local.answer_if(JEQ, kind, ALLOW)
    local.answer(REFUSE)

    block = Program()
    block.load_argument(0)
    block.when_call(AF_UNIX, local)
    block.when_call(AF_INET, internet)
    block.when_call(AF_INET6, internet)
    block.answer(REFUSE)
    return block


def personality() -> Program:
    """Only asked for, or as it is; one that cannot place things at random would help an attack on the host."""
    block = Program()
    block.load_argument(0)
    block.answer_if(JEQ, 0xFFFFFFFF, ALLOW)
    block.answer_if(JEQ, 0, ALLOW)
    block.answer(REFUSE)
    return block


def scheduler() -> Program:
    """Its own, and none that goes before everything else."""
    block = Program()
    block.load_argument(0)
    block.answer_unless(JEQ, ITSELF, REFUSE)
    block.load_argument(1)
    block.mask(~RESET_ON_FORK & 0xFFFFFFFF)
    for policy in (SCHED_FIFO, SCHED_RR, SCHED_DEADLINE):
        block.answer_if(JEQ, policy, REFUSE)
    block.answer(ALLOW)
    return block


def on_itself(arguments: dict[int, int]) -> Program:
    """Refuses a call unless each of those arguments is what it must be."""
    block = Program()
    for index, value in arguments.items():
        block.load_argument(index)
        block.answer_unless(JEQ, value, REFUSE)
    block.answer(ALLOW)
    return block


def assemble(machine: str) -> bytes:
    """The filter for `x86_64` or `aarch64`. Raises KeyError for another machine."""
    arch = AUDIT_ARCH[machine]
    column = 0 if machine == "x86_64" else 1
    program = Program()
    program.load(4)
    program.answer_unless(JEQ, arch, KILL)
    program.load(0)
    if machine == "x86_64":
        # The same calls under other numbers, which the tests below would miss.
        program.answer_if(JGE, X32_BIT, KILL)

    number = {name: numbers[column] for name, numbers in CHECKED.items()}
    # Its flags lie in memory. Without it the C library falls back to clone, whose flags can be seen.
    program.answer_if(JEQ, CHECKED["clone3"][column] or 0, UNKNOWN)
    program.when_call(number["clone"], refusing(0, None, JSET, (NAMESPACES,)))
    program.when_call(number["unshare"], refusing(0, None, JSET, (NAMESPACES | NEWTIME,)))
    program.when_call(number["socket"], sockets())
    # Typing on somebody's terminal.
    program.when_call(number["ioctl"], refusing(1, None, JEQ, (TIOCSTI, TIOCLINUX)))
    program.when_call(number["personality"], personality())
    program.when_call(number["sched_setscheduler"], scheduler())
    # Whatever a process may do to itself, it may not do to others of the room: they are the same user's.
    for call in ("sched_setparam", "sched_setaffinity", "prlimit64"):
        program.when_call(number[call], on_itself({0: ITSELF}))
    program.when_call(number["setpriority"], on_itself({0: PRIO_PROCESS, 1: ITSELF}))
    program.when_call(number["ioprio_set"], on_itself({0: IOPRIO_WHO_PROCESS, 1: ITSELF}))
    program.when_call(number["mknod"], refusing(1, S_IFMT, JEQ, (S_IFCHR, S_IFBLK)))
    program.when_call(number["mknodat"], refusing(2, S_IFMT, JEQ, (S_IFCHR, S_IFBLK)))
    for numbers in DENIED.values():
        denied = numbers[column]
        if denied is not None:
            program.answer_if(JEQ, denied, REFUSE)
    program.answer_if(JGE, NEWEST_CALL + 1, UNKNOWN)
    program.answer(ALLOW)
    return program.to_bytes()


class FilterProgram(ctypes.Structure):
    """struct sock_fprog"""

    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2


def install(libc: ctypes.CDLL) -> str:
    """Filters this process and all it will start. Needs no_new_privs. Returns '' or why it could not."""
    machine = os.uname().machine
    if machine not in AUDIT_ARCH:
        return "there is no filter for " + machine
    code = assemble(machine)
    program = FilterProgram(len(code) // 8, code)
    if libc.prctl(ctypes.c_int(PR_SET_SECCOMP), ctypes.c_ulong(SECCOMP_MODE_FILTER), ctypes.byref(program), *[ctypes.c_ulong(0)] * 2) != 0:
        return errno.errorcode.get(ctypes.get_errno(), "error")
    return ""
