"""A loopback interface and nothing else; addresses that must be unreachable are put on it."""

import fcntl
import socket
import struct
from typing import List

_SET_ADDRESS = 0x8916
_SET_FLAGS = 0x8914
_UP = 1


def bring_up(addresses: List[str]) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, _SET_FLAGS, struct.pack("16sh14x", b"lo", _UP))
        for number, address in enumerate(addresses):
            name = f"lo:{number + 1}".encode()
            packed = struct.pack("16sHH4s8x", name, socket.AF_INET, 0, socket.inet_aton(address))
            fcntl.ioctl(control, _SET_ADDRESS, packed)
