"""Opens the kernel's interfaces that student programs do not need and attackers like."""

import ctypes

from attempt import attempt, syscall

zeros = ctypes.create_string_buffer(256)
at = ctypes.addressof(zeros)
attempt("bpf", syscall, 321, 0, at, 128)
attempt("perf_event_open", syscall, 298, at, 0, -1, -1, 0)
attempt("userfaultfd", syscall, 323, 1)
attempt("io_uring_setup", syscall, 425, 4, at)
attempt("add_key", syscall, 248, b"user", b"x", b"y", 1, -4)
attempt("keyctl", syscall, 250, 0, -3, 1)
attempt("request_key", syscall, 249, b"user", b"x", 0, 0)
attempt("fanotify_init", syscall, 300, 0, 0)
attempt("name_to_handle_at", syscall, 303, -100, b"/", at, at, 0)
attempt("open_by_handle_at", syscall, 304, -100, at, 0)
attempt("quotactl", syscall, 179, 0x800001, b"/dev/vda", 0, at)
attempt("the kernel's log", syscall, 103, 3, at, 128)
attempt("swapon", syscall, 167, b"/tmp/none", 0)
attempt("iopl", syscall, 172, 3)
attempt("ioperm", syscall, 173, 0x80, 1, 1)
attempt("modify_ldt", syscall, 154, 1, at, 16)
attempt("lookup_dcookie", syscall, 212, 0, at, 128)
attempt("set the host name", syscall, 170, b"mine", 4)
attempt("set the clock", syscall, 227, 0, at)
