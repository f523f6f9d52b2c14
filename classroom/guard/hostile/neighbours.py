"""Looks for the files of other students, wherever it can."""

import os

#: In two pieces: this file is no find.
SECRET = b"SECRET-OF-A-" + b"NEIGHBOUR"
found = []
for start in ("/var", "/home", "/root", "/srv", "/mnt", "/media", "/opt", "/run", "/tmp", "/oldroot", "/newroot", "/proc/1/root", "/proc/1/cwd"):
    for folder, folders, files in os.walk(start):
        if folder.count("/") > 8:
            folders.clear()
        for name in files:
            try:
                with open(os.path.join(folder, name), "rb") as file:
                    if SECRET in file.read(65536):
                        found.append(os.path.join(folder, name))
            except OSError:
                pass
others = [name for name in ("/var/lib/rowhouse", "/var/lib/rowhouse/classroom/workspaces") if os.path.isdir(name)]
print("VIOLATED:" if found or others else "held:", found, others)
