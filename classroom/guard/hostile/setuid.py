"""Becomes somebody else, by the system call and by programs that may."""

import os
import shutil
import subprocess

from attempt import attempt, violated_if

for name, call, arguments in (
    ("setuid 0", os.setuid, (0,)),
    ("setgid 0", os.setgid, (0,)),
    ("setreuid", os.setresuid, (0, 0, 0)),
    ("setgroups", os.setgroups, ([0],)),
    ("another student", os.setuid, (os.getuid() + 1,)),
):
    attempt(name, call, *arguments)
shutil.copy("/usr/bin/id", "/tmp/id")
try:
    os.chmod("/tmp/id", 0o6755)
except OSError:
    pass
for program in (["/tmp/id", "-u"], ["/usr/bin/id", "-u"]):
    try:
        answer = subprocess.run(program, capture_output=True, text=True).stdout.strip()
        violated_if(answer != str(os.getuid()), f"{program[0]} is {answer or 'refused'}")
    except OSError as error:
        print("held:", error.errno)
for program in ("/usr/bin/su", "/usr/bin/passwd", "/usr/bin/mount"):
    try:
        done = subprocess.run([program, "-c", "id -u"], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=3)
        violated_if(done.stdout.strip() == "0", f"{program} answered {done.returncode}")
    except (OSError, subprocess.TimeoutExpired):
        print("held:", program)
