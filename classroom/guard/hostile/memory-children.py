"""Ten processes that together hold more than one run may."""

import os
import time

for _ in range(10):
    if os.fork() == 0:
        block = bytearray(60 << 20)
        time.sleep(1000)
print("waiting", flush=True)
for _ in range(10):
    os.wait()
print("some of them were ended")
