"""Calls whatever it finds of the classroom's own modules, with nonsense."""

import gc
import socket
import sys

print("before", flush=True)
for name, module in list(sys.modules.items()):
    if "/opt/rowhouse" in (getattr(module, "__file__", None) or "") and name != "__main__":
        for each in list(vars(module).values()):
            if callable(each) and type(each).__name__ == "function":
                for arguments in ((), (None,), (1, 2)):
                    try:
                        each(*arguments)
                    except BaseException:
                        pass
for each in gc.get_objects():
    if isinstance(each, socket.socket):
        try:
            each.setblocking(False)
            each.send(b"\xff" * 60_000)
        except OSError:
            pass
