import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect, it } from 'vitest';
import { hasPython, PYTHON } from './host.ts';

const PROGRAMS = path.resolve(import.meta.dirname, '../../python');

it.skipIf(!hasPython)('a file operation is never given to a worker that was just ended as idle', () => {
  // The lane, and the end of a worker's channel in the place of the worker. No process has this number.
  const answers = execFileSync(PYTHON, [
    '-I',
    '-B',
    '-c',
    `import os, socket, sys
from types import SimpleNamespace
package = type(sys)("_rowhouse")
package.__path__ = [${JSON.stringify(PROGRAMS)}]
sys.modules["_rowhouse"] = package
from _rowhouse import codec, filelane, kinds, spares

timers, ends, workers, answers = [], [], [], []
loop = SimpleNamespace(after=lambda _, call: timers.append(call), watch=lambda *_: None, unwatch=lambda *_: None)
room = SimpleNamespace(
    loop=loop,
    limits={},
    link=SimpleNamespace(json=answers.append, full=False),
    children=SimpleNamespace(add=lambda _, ended: ends.append(ended)),
    tidy_soon=lambda: None,
)

def pair():
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setblocking(False)
    workers.append(theirs)
    return ours.detach(), os.dup(theirs.fileno())

spares.pair = pair
os.fork = lambda: 2**30 + len(workers)
lane = filelane.FileLane(room)

def serve():
    if lane.worker_due:
        lane.fork_worker()
    workers[-1].setblocking(False)
    workers[-1].recv(65_536)
    workers[-1].send(bytes((kinds.DONE,)) + codec.dumps({"ok": True, "result": {}}))
    lane.pump()

lane.begin({"id": 1, "op": "stat", "path": "x"})
serve()
timers.pop()()  # it has been idle for long enough
lane.begin({"id": 2, "op": "stat", "path": "x"})
ends[0]()  # and now it is no more
if lane.worker_due:
    serve()
lane.begin({"id": 3, "op": "stat", "path": "x"})
serve()
print([(each["id"], each["ok"]) for each in answers])`,
  ]).toString();
  expect(answers).toBe('[(1, True), (2, True), (3, True)]\n');
});
