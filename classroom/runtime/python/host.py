"""First process of a room: forks every run and stands between them and the server.

Each run, and the file worker, is a fork of this process; in it the session returns what it has become.
"""

import sys

FOLDER = __file__.rpartition("/")[0] or "."

if __name__ == "__main__":
    sys.dont_write_bytecode = True
    # A package, so that a program's own `files.py` or `run.py` is never mistaken for one of ours.
    package = type(sys)("_rowhouse")
    package.__path__ = [FOLDER]
    sys.modules["_rowhouse"] = package
    from _rowhouse import session

    session.serve(FOLDER)()
