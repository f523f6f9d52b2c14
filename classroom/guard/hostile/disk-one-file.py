"""Writes one file for ever."""

with open("/workspace/endless.bin", "wb") as file:
    for _ in range(4096):
        file.write(b"x" * (1 << 20))
print("VIOLATED: a file of four gigabytes")
