"""Fills the kernel's buffers: pipes and sockets that nobody reads."""

import fcntl
import os
import socket

kept = []
total = 0
print("growing", flush=True)
try:
    while total < 1 << 30:
        reading, writing = os.pipe()
        kept.append((reading, writing))
        try:
            fcntl.fcntl(writing, 1031, 1 << 20)
        except OSError:
            pass
        os.set_blocking(writing, False)
        try:
            while True:
                total += os.write(writing, b"x" * 65536)
        except BlockingIOError:
            pass
        one, other = socket.socketpair()
        kept.append((one, other))
        one.setblocking(False)
        try:
            while True:
                total += one.send(b"x" * 65536)
        except BlockingIOError:
            pass
except OSError as error:
    print("held:", error)
else:
    print("VIOLATED: a gigabyte in buffers")
