"""Ignores every signal, catches every exception and computes: it has to be stopped."""

import signal

for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
print("catch me", flush=True)
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
