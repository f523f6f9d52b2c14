"""Opens files until it may not any more."""

kept = []
while len(kept) < 100_000:
    kept.append(open("/dev/null"))
print("VIOLATED: a hundred thousand open files")
