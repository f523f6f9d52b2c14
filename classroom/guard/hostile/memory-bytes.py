"""Asks for a gigabyte at once, and touches it."""

print("growing", flush=True)
block = bytearray(1 << 30)
print("VIOLATED: a gigabyte, all of it", sum(block[:: 1 << 20]))
