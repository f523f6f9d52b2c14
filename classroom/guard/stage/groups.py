"""A cgroup of the guard's own, in which what runs inside can make more."""

import os
import time
from typing import Dict, List, NamedTuple

PREFIX = "rowhouse-guard-"
_LIMITED = ("memory", "pids")
_HELPFUL = ("cpu", "cpuacct", "freezer")


class Hierarchy(NamedTuple):
    """`controllers` is empty for version 2. `parent` is the folder in which the guard's group is made."""

    mount_point: str
    controllers: List[str]
    parent: str


class Groups:
    """The limits stand on the outer group, out of reach; `inside` is what the guarded programs see as the root."""

    def __init__(self, memory_bytes: int, pids: int) -> None:
        self._hierarchies = _find()
        self._name = f"{PREFIX}{os.getpid()}-{_start_time(os.getpid())}"
        _sweep(self._hierarchies)
        for hierarchy in self._hierarchies:
            outer = self._outer(hierarchy)
            os.mkdir(outer)
            if hierarchy.controllers:
                limits = {"memory.limit_in_bytes": memory_bytes, "pids.max": pids}
            else:
                limits = {"memory.max": memory_bytes, "memory.swap.max": 0, "pids.max": pids}
                _write(f"{outer}/cgroup.subtree_control", "+memory +pids")
            for file, value in limits.items():
                if os.path.exists(f"{outer}/{file}"):
                    _write(f"{outer}/{file}", str(value))
            inside = f"{outer}/inside"
            os.mkdir(inside)
            for file in ("", "/cgroup.procs", "/tasks", "/cgroup.threads", "/cgroup.subtree_control"):
                if os.path.exists(inside + file):
                    os.chown(inside + file, 0, 0)
        if not any("memory" in each.controllers or not each.controllers for each in self._hierarchies):
            raise RuntimeError("there is no memory controller for a cgroup of the guard's own")

    def join(self) -> None:
        """Moves the calling process in."""
        for hierarchy in self._hierarchies:
            _write(f"{self._outer(hierarchy)}/inside/cgroup.procs", "0")

    def shown_at(self) -> Dict[str, str]:
        """Which folder of the host shall be seen at which place below /sys/fs/cgroup."""
        return {
            f"{self._outer(each)}/inside": os.path.basename(each.mount_point) if each.controllers else ""
            for each in self._hierarchies
        }

    def remove(self) -> None:
        """When all that ran inside has ended."""
        for hierarchy in self._hierarchies:
            _remove_tree(self._outer(hierarchy))

    def _outer(self, hierarchy: Hierarchy) -> str:
        return f"{hierarchy.parent}/{self._name}"


def _find() -> List[Hierarchy]:
    found = []
    own = _own_groups()
    with open("/proc/self/mountinfo") as file:
        for line in file:
            before, after = line.split(" - ")
            kind, _, options = after.split()[:3]
            root, mount_point = before.split()[3:5]
            if kind == "cgroup":
                controllers = [each for each in options.split(",") if each in _LIMITED + _HELPFUL]
                if controllers and not any(controllers == other.controllers for other in found):
                    found.append(Hierarchy(mount_point, controllers, _below(mount_point, root, own[controllers[0]])))
            elif kind == "cgroup2" and mount_point == "/sys/fs/cgroup":
                found.append(Hierarchy(mount_point, [], _distributing(mount_point, _below(mount_point, root, own[""]))))
    return found


def _own_groups() -> Dict[str, str]:
    groups = {}
    with open("/proc/self/cgroup") as file:
        for line in file:
            _, names, path = line.rstrip("\n").split(":", 2)
            for name in names.split(","):
                groups[name] = path
    return groups


def _below(mount_point: str, root: str, group: str) -> str:
    relative = os.path.relpath(group, root)
    return mount_point if relative.startswith(".") else f"{mount_point}/{relative}"


def _distributing(mount_point: str, own: str) -> str:
    """The nearest group whose children may have limits: with version 2 a group that holds processes is none."""
    folder = own
    while True:
        with open(f"{folder}/cgroup.subtree_control") as file:
            if set(_LIMITED) <= set(file.read().split()):
                return folder
        if folder == mount_point:
            _write(f"{folder}/cgroup.subtree_control", "+memory +pids")
            return folder
        folder = os.path.dirname(folder)


def _sweep(hierarchies: List[Hierarchy]) -> None:
    """Removes what guards left that were killed together with their caller."""
    for hierarchy in hierarchies:
        for name in os.listdir(hierarchy.parent):
            if not name.startswith(PREFIX):
                continue
            pid, started = name[len(PREFIX) :].split("-")
            if _start_time(int(pid)) != started:
                _remove_tree(f"{hierarchy.parent}/{name}")


def _start_time(pid: int) -> str:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(") ")[2].split()[19]
    except OSError:
        return "gone"


def _remove_tree(folder: str) -> None:
    for path, _, _ in os.walk(folder, topdown=False):
        for _ in range(100):  # the kernel takes a moment to let go of the last process
            try:
                os.rmdir(path)
                break
            except FileNotFoundError:
                break
            except OSError:
                time.sleep(0.02)


def _write(path: str, text: str) -> None:
    with open(path, "w") as file:
        file.write(text)
