"""Asks for input again and again, although there is no more."""

while True:
    try:
        input("? ")
    except EOFError:
        pass
