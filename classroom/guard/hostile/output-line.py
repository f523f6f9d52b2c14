"""One line of ten megabytes."""

print("x" * 10_000_000)
print("after the line")
