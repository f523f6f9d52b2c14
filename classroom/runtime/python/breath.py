"""Looks at a run's output in close succession, and then a moment without: what is printed meanwhile comes in one look and
leaves in one frame. Someone who reads along sees no difference, and a class that prints is less work by a third."""

from __future__ import annotations

import time
from _collections_abc import Callable

LOOKS_IN_A_ROW = 4
LOOKS_APART_S = 0.004
BREATH_S = 0.003


class Breath:
    """:param again: called when the moment is over"""

    def __init__(self, loop, again: Callable[[], None]) -> None:
        self._loop = loop
        self._again = again
        self._looks = 0
        self._looked = 0.0
        #: It is that moment.
        self.drawn = False

    def looked(self) -> None:
        """And there was nothing more."""
        now = time.monotonic()
        self._looks = self._looks + 1 if now - self._looked < LOOKS_APART_S else 0
        self._looked = now
        if self._looks > LOOKS_IN_A_ROW and not self.drawn:
            self.drawn = True
            self._loop.after(BREATH_S, self._over)

    def stop(self) -> None:
        self.drawn = False

    def _over(self) -> None:
        if self.drawn:
            self.drawn = False
            self._again()
