"""Interrupts itself thousands of times a second, in Python and in native code."""

import faulthandler
import signal
import time

hits = 0


def count(*_):
    global hits
    hits += 1


signal.signal(signal.SIGALRM, count)
signal.setitimer(signal.ITIMER_REAL, 0.0001, 0.0001)
faulthandler.dump_traceback_later(0.01, repeat=True)
end = time.monotonic() + 1
while time.monotonic() < end:
    print("line", hits)
faulthandler.cancel_dump_traceback_later()
signal.setitimer(signal.ITIMER_REAL, 0)
print("done")
