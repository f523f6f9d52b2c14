"""Listens, and connects to itself: that is its own business, but nobody else may get through."""

import socket

listening = socket.create_server(("0.0.0.0", 10086))
print("listening on", listening.getsockname()[1])
try:
    with socket.create_connection(("127.0.0.1", 10086), 1) as own:
        print("reached itself from", own.getsockname()[0])
except OSError as error:
    print("held:", error.errno)
