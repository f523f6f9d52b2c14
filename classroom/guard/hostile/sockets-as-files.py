"""Puts sockets where the editor expects files."""

import os
import socket

if os.path.lexists("/workspace/socket.py"):
    os.unlink("/workspace/socket.py")
listening = socket.socket(socket.AF_UNIX)
listening.bind("/workspace/socket.py")
print("made")
