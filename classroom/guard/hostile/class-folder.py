"""Writes to, removes from and replaces the folder of the class."""

import os

from attempt import attempt

folder = "/workspace/class"
attempt("a new file", open, f"{folder}/mine.txt", "w")
for name in os.listdir(folder) if os.path.isdir(folder) else []:
    path = f"{folder}/{name}"
    attempt(f"remove {name}", os.rmdir if os.path.isdir(path) else os.unlink, path)
    attempt(f"permissions of {name}", os.chmod, path, 0o777)
    if os.path.isfile(path):
        attempt(f"write {name}", open, path, "a")
attempt("the folder itself", os.rename, folder, "/workspace/old-class")
