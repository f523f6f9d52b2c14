"""Fills shared memory, which belongs to no process."""

print("growing", flush=True)
written = 0
with open("/dev/shm/full", "wb") as file:
    while written < 2 << 30:
        written += file.write(b"x" * (1 << 20))
print("VIOLATED: two gigabytes of shared memory")
