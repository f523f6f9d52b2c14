"""Catches every KeyboardInterrupt and says so: it has to be stopped."""

import time

print("ready", flush=True)
while True:
    try:
        time.sleep(1000)
    except BaseException as error:
        print("caught", type(error).__name__, flush=True)
