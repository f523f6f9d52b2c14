"""Computes for ever."""

print("started", flush=True)
while True:
    pass
