"""A session host for tests: connects, says who it is, and does what lines of JSON ask."""

import json
import os
import signal
import socket
import sys
import time

link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
link.connect(os.environ["ROWHOUSE_SOCKET"])
reader = link.makefile("r")
signal.signal(signal.SIGCHLD, signal.SIG_IGN)


def say(**what):
    link.sendall((json.dumps(what) + "\n").encode())


def run(code):
    exec(code, {"__name__": "__main__", "say": say})


say(
    ready=True,
    token=os.environ["ROWHOUSE_TOKEN"],
    walls=json.loads(os.environ["ROWHOUSE_WALLS"]),
    environment=sorted(os.environ),
    pid=os.getpid(),
    uid=os.getuid(),
    cwd=os.getcwd(),
)
for line in reader:
    asked = json.loads(line)
    if "fork" in asked:
        go, release = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.read(go, 1)
            os.close(release)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            try:
                run(asked["fork"])
            except BaseException as error:
                say(error=repr(error))
            os._exit(0)
        os.close(go)
        say(forked=pid)
        held = release
    elif "go" in asked:
        os.write(held, b".")
        os.close(held)
    elif "run" in asked:
        try:
            run(asked["run"])
        except BaseException as error:
            say(error=repr(error))
