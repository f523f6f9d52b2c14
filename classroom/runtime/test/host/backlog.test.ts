import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect, it } from 'vitest';
import { hasPython, PYTHON } from './host.ts';

const PROGRAMS = path.resolve(import.meta.dirname, '../../python');

/** Frames that the host makes ready for a server that takes none, with so much content in each. */
const ready = (contentBytes: number): number =>
  Number(
    execFileSync(PYTHON, [
      '-I',
      '-B',
      '-c',
      `import socket, sys
package = type(sys)("_rowhouse")
package.__path__ = [${JSON.stringify(PROGRAMS)}]
sys.modules["_rowhouse"] = package
from _rowhouse.frames import Link
ours, theirs = socket.socketpair()
ours.setblocking(False)
link, frames = Link(ours.fileno()), 0
while not link.full:
    link.content(1, 1, b"x" * ${contentBytes})
    frames += 1
print(frames)`,
    ]).toString(),
  );

it.skipIf(!hasPython)('what waits for the server is bounded in bytes, and in frames', () => {
  expect(ready(65_536)).toBeLessThan(64);
  // At what a server takes of one room, that is gone within half a second.
  expect(ready(1)).toBeLessThan(10_000);
});
