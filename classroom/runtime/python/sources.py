"""Code that came as text and is in no file: what tracebacks, and whoever else asks Python for lines, find of it."""

from __future__ import annotations

import sys


class Sources:
    def __init__(self) -> None:
        self._lines: dict[str, list[str]] = {}

    def remember(self, name: str, source: str) -> None:
        if not self._lines:
            sys.meta_path.insert(0, self)
        self._lines[name] = source.splitlines(True)
        linecache = sys.modules.get("linecache")
        if linecache is not None:
            self._tell(linecache, name)

    def line_for(self, place: str) -> str:
        """:param place: as a traceback has it behind `File "`. :returns: the line as it is shown there, or nothing"""
        name, _, rest = place.partition('", line ')
        number = rest.partition(",")[0].strip()
        lines = self._lines.get(name, ())
        if not number.isdigit() or not 0 < int(number) <= len(lines):
            return ""
        line = lines[int(number) - 1].strip()
        return "    %s\n" % line if line else ""

    def find_spec(self, name: str, path: object = None, target: object = None):
        """Waits for `linecache`, which is not loaded for this alone."""
        if name != "linecache":
            return None
        sys.meta_path.remove(self)
        for finder in sys.meta_path:
            spec = finder.find_spec(name, path, target)
            if spec is not None and spec.loader is not None:
                load = spec.loader.exec_module
                spec.loader.exec_module = lambda module: (load(module), self._tell(module, *self._lines))
                return spec
        return None

    def _tell(self, linecache, *names: str) -> None:
        for name in names:
            lines = self._lines[name]
            linecache.cache[name] = (sum(map(len, lines)), None, lines, name)
