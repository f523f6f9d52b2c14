"""Starts a thousand processes at once and does not expect a refusal."""

import subprocess

children = [subprocess.Popen(["sleep", "1000"]) for _ in range(1000)]
print("VIOLATED: a thousand processes")
