"""Calls the kernel the way 32-bit programs do, where the numbers of system calls mean something else."""

import ctypes
import mmap
import os

code = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
code.write(bytes([0xB8, 20, 0, 0, 0, 0xCD, 0x80, 0xC3]))  # getpid
answer = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))()
print("VIOLATED:" if answer == os.getpid() else "held:", "a 32-bit system call was answered with", answer)
