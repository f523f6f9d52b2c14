"""Maps memory and touches every page."""

import mmap

print("growing", flush=True)
area = mmap.mmap(-1, 2 << 30)
for place in range(0, 2 << 30, 4096):
    area[place] = 1
print("VIOLATED: two gigabytes")
