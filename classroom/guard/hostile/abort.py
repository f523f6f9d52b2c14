"""Aborts as native code would."""

import os

print("before the abort")
os.abort()
