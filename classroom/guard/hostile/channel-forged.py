"""Writes what look like messages to every descriptor that it was given: ends, figures, requests, of other processes."""

import json
import os
import random
import struct

print("before", flush=True)
texts = [
    json.dumps({"t": name, "process": number, "spare": number, "code": 0, "signal": None, "state": "running", "id": 1, "pid": 1, "token": "x", "version": 1})
    for name in ("exit", "started", "spare", "ready", "state", "notice", "file-done", "input-taken")
    for number in (0, 1, 2, 3, -1, 10**30)
]
deep = "[" * 100_000
for number in range(3, 256):
    for kind in range(0, 256, 5):
        for body in (b"", b"x" * 1000, random.choice(texts).encode(), deep.encode()[:60_000]):
            for message in (bytes([kind]) + body, struct.pack(">IB", len(body) + 1, 0x4A) + body, struct.pack(">IBIB", len(body) + 6, 0x42, random.randrange(8), kind) + body):
                try:
                    os.set_blocking(number, False)
                    os.write(number, message)
                except OSError:
                    break
