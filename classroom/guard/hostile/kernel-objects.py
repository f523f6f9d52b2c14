"""Uses up terminals, timers, watches and event queues."""

import ctypes
import os
import select

libc = ctypes.CDLL(None, use_errno=True)
kept = []
for name, make in (
    ("terminals", os.openpty),
    ("queues", select.epoll),
    ("events", lambda: libc.eventfd(0, 0)),
    ("watches", lambda: libc.inotify_init()),
):
    made = 0
    try:
        while made < 5000:
            answer = make()
            if answer == -1:
                raise OSError(ctypes.get_errno(), "refused")
            kept.append(answer)
            made += 1
    except OSError as error:
        print("held:", name, made, error.errno)
    else:
        print("VIOLATED:", name, made)
    for each in kept:
        if isinstance(each, int):
            os.close(each)
        elif isinstance(each, tuple):
            for one in each:
                os.close(one)
    kept = []
timer = ctypes.c_void_p()
made = 0
while made < 100_000 and libc.timer_create(1, None, ctypes.byref(timer)) == 0:
    made += 1
print("timers", made)
