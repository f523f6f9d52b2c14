"""Every byte there is, in an order that is no text."""

import os
import sys

every = bytes(range(256)) * 64
sys.stdout.buffer.write(every)
sys.stdout.buffer.flush()
sys.stderr.buffer.write(every[::-1])
sys.stderr.buffer.flush()
os.write(1, every)
os.write(2, b"\xed\xa0\x80\xff\xfe\xc0\xaf\xf4\x90\x80\x80" * 100)
print("\nafter the bytes")
