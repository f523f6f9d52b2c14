"""Puts something else in the place of every descriptor, the classroom's own among them."""

import os

print("before", flush=True)
null = os.open("/dev/null", os.O_RDWR)
for number in range(256):
    if number != null:
        try:
            os.dup2(null, number)
        except OSError:
            pass
print("after")
