"""A child that prints for ever."""

import subprocess

subprocess.run(["/usr/bin/yes"])
