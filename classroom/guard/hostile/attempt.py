"""What the hostile programs share: an attempt either does what it must not (`VIOLATED`) or is `held`."""

import ctypes
import os

_libc = ctypes.CDLL(None, use_errno=True)


def attempt(what, call, *arguments):
    """Returns what the call returned; None when it was refused."""
    try:
        result = call(*arguments)
    except Exception as error:
        print("held:", what, "-", type(error).__name__, getattr(error, "errno", ""))
        return None
    print("VIOLATED:", what)
    return result


def syscall(number, *arguments):
    """Calls the kernel by number (x86-64). Raises OSError."""
    result = _libc.syscall(ctypes.c_long(number), *[each if isinstance(each, bytes) else ctypes.c_long(each) for each in arguments])
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def violated_if(condition, what):
    print("VIOLATED:" if condition else "held:", what)
