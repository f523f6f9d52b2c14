"""Takes away what our own code needs: built-in functions, modules, streams."""

import builtins
import gc
import sys

keep = print
keep("before", flush=True)
sys.stdin = sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = None
sys.excepthook = sys.displayhook = sys.unraisablehook = None
for module in list(sys.modules):
    if module not in ("sys", "builtins"):
        del sys.modules[module]
gc.collect()
for name in ("open", "len", "isinstance", "repr", "str", "bytes", "int", "range", "Exception", "OSError", "__import__"):
    setattr(builtins, name, None)
raise ValueError("with nothing left to print it")
