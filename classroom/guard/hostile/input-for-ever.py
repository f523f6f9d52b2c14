"""Asks for input, and nobody answers."""

while True:
    input("What is your name? ")
