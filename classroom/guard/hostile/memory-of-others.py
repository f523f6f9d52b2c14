"""Reads and writes the memory of other processes, and takes their descriptors."""

import ctypes
import os

from attempt import attempt, syscall

buffer = ctypes.create_string_buffer(64)


class Piece(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


mine = Piece(ctypes.addressof(buffer), 64)
theirs = Piece(0x400000, 64)
for number in (1, os.getppid()):
    attempt(f"read {number}", syscall, 310, number, ctypes.addressof(mine), 1, ctypes.addressof(theirs), 1, 0)
    attempt(f"write {number}", syscall, 311, number, ctypes.addressof(mine), 1, ctypes.addressof(theirs), 1, 0)
    attempt(f"compare with {number}", syscall, 312, number, os.getpid(), 0, 0, 0)
    handle = syscall(434, number, 0)
    for descriptor in range(8):
        attempt(f"take descriptor {descriptor} of {number}", syscall, 438, handle, descriptor, 0)
