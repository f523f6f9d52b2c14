"""A power whose result would have a billion digits."""

print("started", flush=True)
print((3 ** (3 ** 30)) % 7)
