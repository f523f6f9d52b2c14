"""Hides descriptors in sockets, where they count for nobody."""

import array
import os
import socket

hidden = 0
pairs = []
null = os.open("/dev/null", os.O_RDONLY)
try:
    while hidden < 100_000:
        one, other = socket.socketpair()
        pairs.append((one, other))
        one.setblocking(False)
        try:
            while True:
                one.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [null] * 200))])
                hidden += 200
        except BlockingIOError:
            pass
except OSError as error:
    print("held:", error.errno, "after", hidden)
else:
    print("VIOLATED:", hidden, "descriptors in flight")
