"""Asks from many threads at once."""

import threading


def ask():
    try:
        input("? ")
    except BaseException:
        pass


for _ in range(10):
    threading.Thread(target=ask, daemon=True).start()
try:
    input("? ")
except EOFError:
    print("no more input")
