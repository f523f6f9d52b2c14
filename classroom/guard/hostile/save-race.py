"""Replaces the file that the editor is saving by links and pipes, as fast as it can."""

import os
import time

os.chdir("/workspace")
print("racing", flush=True)
end = time.monotonic() + 2
while time.monotonic() < end:
    for make in (lambda: os.symlink("/tmp/leak", "saved.txt"), lambda: os.mkfifo("saved.txt"), lambda: os.mkdir("saved.txt")):
        try:
            os.unlink("saved.txt")
        except OSError:
            try:
                os.rmdir("saved.txt")
            except OSError:
                pass
        try:
            make()
        except OSError:
            pass
print("VIOLATED: saved through a link" if os.path.exists("/tmp/leak") else "held: nothing outside")
