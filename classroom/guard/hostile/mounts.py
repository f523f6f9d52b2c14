"""Mounts, unmounts, and moves the root."""

import os

from attempt import attempt, syscall

os.makedirs("/tmp/here", exist_ok=True)
attempt("mount a tmpfs", syscall, 165, b"none", b"/tmp/here", b"tmpfs", 0, 0)
attempt("bind the root", syscall, 165, b"/", b"/tmp/here", 0, 4096, 0)
attempt("make /usr writable", syscall, 165, b"none", b"/usr", 0, 32 | 4096, 0)
attempt("mount proc", syscall, 165, b"proc", b"/tmp/here", b"proc", 0, 0)
attempt("unmount /workspace/class", syscall, 166, b"/workspace/class", 2)
attempt("unmount /proc", syscall, 166, b"/proc", 2)
attempt("chroot", os.chroot, "/tmp/here")
attempt("pivot_root", syscall, 155, b"/tmp/here", b"/tmp/here")
attempt("open_tree", syscall, 428, -100, b"/", 1)
attempt("fsopen", syscall, 430, b"tmpfs", 0)
attempt("move_mount", syscall, 429, -100, b"/tmp", -100, b"/tmp/here", 0)
attempt("mount_setattr", syscall, 442, -100, b"/usr", 0, 0, 0)
