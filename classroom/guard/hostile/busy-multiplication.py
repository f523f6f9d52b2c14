"""One multiplication that takes hours and holds the interpreter's lock all the while."""

print("started", flush=True)
number = 7 ** 4_000_000
for _ in range(1000):
    number = number * number % (10 ** 3_000_000)
print(number % 10)
