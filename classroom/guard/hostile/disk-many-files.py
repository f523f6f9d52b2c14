"""Makes a hundred thousand empty files."""

import os

os.makedirs("/workspace/many", exist_ok=True)
print("writing", flush=True)
for number in range(100_000):
    open(f"/workspace/many/{number}", "w").close()
print("VIOLATED: a hundred thousand files")
