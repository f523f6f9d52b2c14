"""Puts named pipes where the editor expects files: whoever opens them waits for ever."""

import os

for name in ("pipe.py", "pipe.txt"):
    path = f"/workspace/{name}"
    if os.path.lexists(path):
        os.unlink(path)
    os.mkfifo(path)
print("made")
