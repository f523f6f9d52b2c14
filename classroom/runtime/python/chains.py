"""Exceptions that led to one another: of very many the interpreter would print each, for minutes."""

from __future__ import annotations

from _collections import deque
from _collections_abc import Callable

#: Exceptions shown at either end of a long chain.
MOST_ENDS = 5
GAP = "[... %d more exceptions ...]"
#: Of a group's exceptions the interpreter itself shows no more.
MOST_MEMBERS = 15


def shorten(error: BaseException) -> tuple[list[BaseException], Callable[[], None]]:
    """Takes the middle out of long chains. :returns: what is left to be shown, and what puts the rest back"""
    shown: dict[int, BaseException] = {}
    cut: list[tuple[BaseException, BaseException | None, BaseException | None, bool]] = []
    todo = [error]
    while todo:
        first, last, count = _follow(todo.pop(), shown)
        if count > 2 * MOST_ENDS:
            gap = type(GAP % (count - 2 * MOST_ENDS), (Exception,), {"__module__": "builtins"})()
            gap.__context__ = last[0]
            _link(first[-1], gap, cut)
            # It may lead back to what was left out.
            _link(last[-1], None, cut)
        for each in (*first, *last):
            shown[id(each)] = each
            todo += getattr(each, "exceptions", ())[:MOST_MEMBERS]

    def put_back() -> None:
        for each, cause, context, suppresses in reversed(cut):
            each.__cause__, each.__context__ = cause, context
            each.__suppress_context__ = suppresses

    return list(shown.values()), put_back


def _follow(start: BaseException, shown: dict[int, BaseException]) -> tuple[list, deque, int]:
    """:returns: the first of a chain, the last, and how many there are; also where it goes round in a circle"""
    first: list[BaseException] = []
    last: deque[BaseException] = deque(maxlen=MOST_ENDS)
    count = 0
    each: BaseException | None = start
    behind: BaseException | None = start
    while each is not None and id(each) not in shown:
        if len(first) < MOST_ENDS:
            first.append(each)
        else:
            last.append(each)
        count += 1
        each = _before(each)
        # At half the speed: who goes round meets it.
        if count % 2 == 0 and behind is not None:
            behind = _before(behind)
        if each is behind:
            break
    return first, last, count


def _before(error: BaseException) -> BaseException | None:
    """What is shown before it."""
    if error.__cause__ is not None:
        return error.__cause__
    return None if error.__suppress_context__ else error.__context__


def _link(error: BaseException, before: BaseException | None, cut: list) -> None:
    cut.append((error, error.__cause__, error.__context__, error.__suppress_context__))
    if error.__cause__ is not None:
        error.__cause__ = before
    else:
        error.__context__ = before
