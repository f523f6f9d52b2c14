"""Puts links to files outside where the editor expects files and folders."""

import os

targets = {"passwd.txt": "/etc/passwd", "outside": "/", "up": "../..", "loop": "loop", "host": "/proc/1/root", "memory": "/proc/self/mem"}
for name, target in targets.items():
    path = f"/workspace/{name}"
    if os.path.lexists(path):
        os.unlink(path)
    os.symlink(target, path)
print("made")
