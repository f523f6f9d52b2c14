"""Never collects its children, of which there are soon as many as it may have."""

import os
import time

made = 0
try:
    for _ in range(1000):
        if os.fork() == 0:
            os._exit(0)
        made += 1
except OSError:
    pass
time.sleep(0.2)
print("held:" if made < 1000 else "VIOLATED:", made, "zombies")
