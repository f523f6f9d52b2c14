"""File operations: what moves as slowly as its other end has a line and a worker of its own, and holds up no other."""

from __future__ import annotations

from .filelane import FileLane


class Files:
    def __init__(self, room) -> None:
        self._short = FileLane(room)
        self._transfers = FileLane(room)
        self._lanes = (self._short, self._transfers)

    @property
    def crowded(self) -> bool:
        return any(lane.crowded for lane in self._lanes)

    @property
    def worker_due(self) -> bool:
        return any(lane.worker_due for lane in self._lanes)

    def fork_worker(self) -> bool:
        """:returns: whether this is the new process"""
        return next(lane for lane in self._lanes if lane.worker_due).fork_worker()

    def begin(self, message: dict) -> None:
        (self._transfers if message.get("transfer") else self._short).begin(message)

    def content(self, number: int, kind: int, content: bytes) -> None:
        for lane in self._lanes:
            lane.content(number, kind, content)

    def window(self, number: object, up_to: object) -> None:
        for lane in self._lanes:
            lane.window(number, up_to)

    def abort(self, number: object) -> None:
        for lane in self._lanes:
            lane.abort(number)

    def pump(self) -> None:
        for lane in self._lanes:
            lane.pump()
