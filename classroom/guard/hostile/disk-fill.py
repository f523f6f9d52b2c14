"""Writes files of four megabytes until it may not any more."""

import time

print("writing", flush=True)
for number in range(500):
    with open(f"/workspace/big-{number}.bin", "wb") as file:
        file.write(b"x" * (4 << 20))
    time.sleep(0.25)
print("VIOLATED: two gigabytes on the disk")
