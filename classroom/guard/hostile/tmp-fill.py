"""Fills the room's folder for temporary files."""

print("writing", flush=True)
with open("/tmp/full", "wb") as file:
    for _ in range(4096):
        file.write(b"x" * (1 << 20))
print("VIOLATED: four gigabytes of temporary files")
