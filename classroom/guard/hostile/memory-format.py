"""A format that asks for a string of two gigabytes."""

print("growing", flush=True)
text = "%2000000000d" % 1
print("VIOLATED:", len(text))
