"""Prints for ever."""

while True:
    print("I will not print this for ever. " * 30)
