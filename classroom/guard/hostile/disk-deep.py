"""A folder in a folder in a folder, five hundred deep, with a path longer than a path may be."""

import os

made = 0
os.chdir("/workspace")
try:
    for _ in range(500):
        os.mkdir("d" * 200)
        os.chdir("d" * 200)
        made += 1
except OSError as error:
    print("held:", error.errno)
print("made", made)
