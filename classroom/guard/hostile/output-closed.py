"""Closes every descriptor and goes on."""

import os
import time

print("before", flush=True)
os.closerange(0, 4096)
time.sleep(0.3)
try:
    print("after")
except OSError:
    pass
