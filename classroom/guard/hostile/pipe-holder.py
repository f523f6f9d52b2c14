"""Ends, but leaves a child that keeps its standard output open: the end must not wait for it."""

import subprocess

subprocess.Popen(["sleep", "1000"])
print("done")
