"""Computes for ever and catches whatever is raised into it."""

while True:
    try:
        while True:
            pass
    except BaseException:
        continue
