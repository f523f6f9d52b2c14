"""Swaps a folder for a link to outside, as fast as it can, while the editor saves into it."""

import os
import shutil
import time

os.chdir("/workspace")
shutil.rmtree("race", ignore_errors=True)
shutil.rmtree("race-kept", ignore_errors=True)
os.mkdir("race")
os.symlink("/tmp", "race-link") if not os.path.lexists("race-link") else None
print("racing", flush=True)
end = time.monotonic() + 2
while time.monotonic() < end:
    try:
        os.rename("race", "race-kept")
        os.rename("race-link", "race")
        os.rename("race", "race-link")
        os.rename("race-kept", "race")
    except OSError:
        pass
leaked = [name for name in os.listdir("/tmp") if name.startswith("saved")]
print("held:" if not leaked else "VIOLATED:", "saved outside:", leaked)
