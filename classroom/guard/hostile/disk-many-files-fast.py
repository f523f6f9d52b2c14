"""Makes more files than it may have, faster than anybody counts them, and ends."""

import os

os.makedirs("/workspace/many", exist_ok=True)
for number in range(20_000):
    open(f"/workspace/many/{number}", "w").close()
print("made")
