"""An exception with a hundred thousand others before it, each with a long message."""

error = None
for number in range(100_000):
    following = ValueError("x" * 200 + str(number))
    following.__context__ = error
    error = following
raise error
