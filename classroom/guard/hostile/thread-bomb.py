"""Starts ten thousand threads that sleep."""

import threading
import time

for _ in range(10_000):
    threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
print("VIOLATED: ten thousand threads")
