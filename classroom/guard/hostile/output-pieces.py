"""Two hundred thousand lines of one letter, each written on its own."""

import sys

for _ in range(200_000):
    sys.stdout.write("x\n")
print("the last line")
