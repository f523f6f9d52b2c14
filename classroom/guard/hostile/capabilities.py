"""Asks the kernel for capabilities."""

import ctypes
import os

from attempt import attempt, syscall, violated_if

with open("/proc/self/status") as file:
    held = {line.split(":")[0]: int(line.split()[1], 16) for line in file if line.startswith("Cap")}
violated_if(held["CapEff"] != 0, f"effective capabilities {held['CapEff']:x}")
violated_if(held["CapPrm"] != 0, f"permitted capabilities {held['CapPrm']:x}")
header = (ctypes.c_uint32 * 2)(0x20080522, 0)
wanted = (ctypes.c_uint32 * 6)(*[0xFFFFFFFF] * 6)
attempt("capset", syscall, 126, ctypes.addressof(header), ctypes.addressof(wanted))
attempt("ambient", syscall, 157, 47, 2, 21, 0, 0)
violated_if(not any(line.split() == ["NoNewPrivs:", "1"] for line in open("/proc/self/status")), "no new privileges")
attempt("new privileges again", syscall, 157, 38, 0, 0, 0, 0)
os.getuid()
