"""Sets what later programs would inherit, if they did."""

import os
import sys

os.environ.update(LD_PRELOAD="/workspace/x.so", PYTHONSTARTUP="/workspace/x.py", PYTHONPATH="/workspace", PATH="/workspace")
sys.path[:] = ["/nowhere"]
os.umask(0o777)
os.chdir("/")
sys.setrecursionlimit(60)
sys.setswitchinterval(1000)
print("set")
