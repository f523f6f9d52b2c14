"""An exception that cannot be printed."""


class Worst(Exception):
    def __str__(self):
        raise self

    def __repr__(self):
        raise SystemExit("from repr")

    @property
    def __traceback__(self):
        raise RuntimeError

    __name__ = property(lambda self: 1 / 0)


print("before", flush=True)
raise Worst
