"""Connects to the host, the database, the metadata address, other rooms and the world."""

import socket

from attempt import attempt

targets = [("127.0.0.1", port) for port in (10086, 10087, 5432, 22, 80)]
targets += [("169.254.169.254", 80), ("10.0.0.1", 80), ("192.168.0.1", 80), ("172.17.0.1", 2375), ("203.0.113.1", 53), ("::1", 10086)]
for host, port in targets:
    attempt(f"connect to {host}:{port}", socket.create_connection, (host, port), 0.5)
for host in ("169.254.169.254", "10.0.0.1", "203.0.113.1", "255.255.255.255"):
    sending = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    attempt(f"send to {host}", sending.sendto, b"x", (host, 53))
attempt("ask for a name", socket.getaddrinfo, "example.com", 80)
