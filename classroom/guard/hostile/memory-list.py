"""A list that grows for ever."""

print("growing", flush=True)
grown = []
while True:
    grown.append("x" * 100_000 + str(len(grown)))
