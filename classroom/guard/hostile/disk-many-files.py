"""Makes empty files for ever."""

import os
import time

os.makedirs("/workspace/many", exist_ok=True)
print("writing", flush=True)
for number in range(1_000_000):
    open(f"/workspace/many/{number}", "w").close()
    if number % 100 == 0:
        time.sleep(0.05)
print("VIOLATED: a million files")
