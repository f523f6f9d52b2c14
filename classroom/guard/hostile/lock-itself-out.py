"""Takes every permission from its own workspace, and gives itself others."""

import os

print("before")
open("/workspace/locked.txt", "w").close()
os.chmod("/workspace/locked.txt", 0)
try:
    os.chmod("/workspace", 0)
except OSError as error:
    print("held:", error.errno)
print("locked")
