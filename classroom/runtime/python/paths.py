"""Where a room's interpreter finds what is installed. The host does without `site`, which would fill every room with
modules that most programs never ask for; what it does for programs is done here, and the rest of it at need."""

from __future__ import annotations

import builtins
import os
import sys


def has_own_prefix() -> bool:
    """The interpreter is a virtual environment's, which only `site` knows how to set up."""
    folder = os.path.dirname(sys.executable)
    return any(os.path.exists(os.path.join(each, "pyvenv.cfg")) for each in (folder, os.path.dirname(folder)))


def installed() -> list[str]:
    """:returns: the folders of installed packages"""
    import site

    return [folder for folder in site.getsitepackages() if os.path.isdir(folder)]


def use(folders: list[str]) -> None:
    """Makes the host an interpreter as programs expect it; runs are forked from it."""
    import _sitebuiltins

    sys.path.extend(folders)
    sys.meta_path.append(PathFiles(folders))
    for name in ("exit", "quit"):
        setattr(builtins, name, _sitebuiltins.Quitter(name, "Ctrl-D (i.e. EOF)"))
    builtins.help = _sitebuiltins._Helper()
    printer = _sitebuiltins._Printer
    builtins.copyright = printer("copyright", sys.copyright)
    builtins.credits = printer("credits", "See www.python.org for more information.")
    builtins.license = printer("license", "See https://www.python.org/psf/license/")


class PathFiles:
    """The last of the finders: what `.pth` files ask for is done before a name is given up."""

    def __init__(self, folders: list[str]) -> None:
        self._folders = folders

    def find_spec(self, name: str, path: object = None, target: object = None):
        # The library asks for modules of other systems, too.
        if name in getattr(sys, "stdlib_module_names", ()) or self not in sys.meta_path:
            return None
        sys.meta_path.remove(self)
        import io
        import site

        stderr, sys.stderr = sys.stderr, io.StringIO()  # what is wrong with them is not the student's to mend
        try:
            for folder in self._folders:
                site.addsitedir(folder)
        finally:
            sys.stderr = stderr
        for finder in list(sys.meta_path):
            spec = finder.find_spec(name, path, target)
            if spec is not None:
                return spec
        return None
