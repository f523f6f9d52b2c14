"""A file of eight terabytes that takes no room."""

with open("/workspace/sparse.bin", "wb") as file:
    file.truncate(8 << 40)
print("VIOLATED: a file of eight terabytes")
