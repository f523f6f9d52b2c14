"""Connects to every socket in the file system, the room's own first, and to names that have no file."""

import os
import socket
import stat

from attempt import attempt

paths = ["/run/rowhouse/room.sock"]
for top in ("/run", "/var", "/tmp", "/dev"):
    for folder, _, names in os.walk(top):
        for name in names:
            path = os.path.join(folder, name)
            try:
                if stat.S_ISSOCK(os.lstat(path).st_mode):
                    paths.append(path)
            except OSError:
                pass
for path in dict.fromkeys(paths):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
        attempt(f"connect to {path}", socket.socket(socket.AF_UNIX, kind).connect, path)
with open("/proc/net/unix") as file:
    names = [line.split()[-1] for line in file if "@" in line]
for name in names:
    attempt(f"connect to {name}", socket.socket(socket.AF_UNIX).connect, "\0" + name[1:])
