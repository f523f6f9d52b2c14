"""Opens sockets of every kind that is not for ordinary talk."""

import socket

from attempt import attempt

for name, family, kind, protocol in (
    ("raw", socket.AF_INET, socket.SOCK_RAW, 1),
    ("raw 6", socket.AF_INET6, socket.SOCK_RAW, 58),
    ("packet", socket.AF_PACKET, socket.SOCK_RAW, 0x300),
    ("packet, cooked", socket.AF_PACKET, socket.SOCK_DGRAM, 0x300),
    ("netlink", 16, socket.SOCK_RAW, 0),
    ("netlink audit", 16, socket.SOCK_RAW, 9),
    ("vsock", 40, socket.SOCK_STREAM, 0),
    ("crypto", 38, socket.SOCK_SEQPACKET, 0),
    ("bluetooth", 31, socket.SOCK_RAW, 1),
    ("CAN", 29, socket.SOCK_RAW, 1),
    ("TIPC", 30, socket.SOCK_STREAM, 0),
    ("XDP", 44, socket.SOCK_RAW, 0),
    ("key", 15, socket.SOCK_RAW, 2),
    ("SCTP", socket.AF_INET, socket.SOCK_STREAM, 132),
):
    attempt(name, socket.socket, family, kind, protocol)
