import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Host, hasPython, isState, openHost } from './host.ts';

describe.skipIf(!hasPython)('what a run leaves in its channel when it ends', () => {
  let host: Host;
  beforeAll(async () => {
    host = await openHost();
  });
  afterAll(async () => host.close());

  it('is told although it was killed before it read what was typed', async () => {
    // Two prompts, and one byte: then no more of it is read.
    const repl = host.start({ mode: 'repl', window: 9 });
    const started = await host.until((heard) => heard.t === 'started' && heard.process === repl);
    const spare = started.flatMap((heard) => (heard.t === 'started' ? [heard.spare] : []))[0];
    const pid =
      host.heard.flatMap((heard) => (heard.t === 'spare' && heard.spare === spare ? [heard.pid] : []))[0] ?? 0;
    await host.until(isState('waiting-for-code'));
    const code = `import os, threading, time
def say():
  while not os.path.exists("go"): time.sleep(0.01)
  print("first")
  print("last words")
  open("said", "w").close()
threading.Thread(target=say, daemon=True).start()
`;
    host.send({ t: 'input', process: repl, id: '1', text: code });
    await host.until(isState('waiting-for-code'));
    writeFileSync(path.join(host.workspace, 'go'), '');
    await expect.poll(() => existsSync(path.join(host.workspace, 'said'))).toBe(true);
    process.kill(pid, 'SIGSTOP');
    host.send({ t: 'input', process: repl, id: '2', text: 'never read' });
    await host.until((heard) => heard.t === 'input-taken' && heard.id === '2');
    host.send({ t: 'end', process: repl });
    const run = await host.ended(repl);
    expect(run.exit.signal).toBe('SIGKILL');
    expect(run.text()).toContain('last words\n');
  });

  it('is told whole with its end, also when nobody takes it: as much as channel and pipes hold', async () => {
    const code = `import os, time
written = 0
for fd in (1, 2, 200): os.set_blocking(fd, False)
for _ in range(10):
  for fd in (1, 2, 200):
    try:
      while True: written += os.write(fd, b"x" * 65536 if fd < 3 else b"\\1" + b"x" * 65536) - (fd == 200)
    except BlockingIOError: pass
  time.sleep(0.01)
with open("written", "w") as file: file.write("%d\\n" % written)
time.sleep(60)`;
    const full = host.start({ source: code, window: 10 });
    const written = () => {
      const file = path.join(host.workspace, 'written');
      return existsSync(file) ? readFileSync(file, 'utf8') : '';
    };
    await expect.poll(written).toContain('\n');
    host.send({ t: 'end', process: full });
    const run = await host.ended(full);
    expect(run.exit.signal).toBe('SIGKILL');
    expect(run.text()).toHaveLength(Number(written()));
  });

  it('is told once, also of a run that changed its state too often until its end', async () => {
    const code = `import os, time
def change(count):
  for number in range(count): os.write(200, b"!" + b"ir"[number % 2 :][:1])
change(996)
while not os.path.exists("end"): time.sleep(0.001)
change(5)`;
    const often = host.start({ source: code });
    await host.counted(996, (heard) => heard.t === 'state' && heard.process === often);
    const hostPid = host.child.pid ?? 0;
    process.kill(hostPid, 'SIGSTOP');
    writeFileSync(path.join(host.workspace, 'end'), '');
    await expect.poll(() => hasEnded(hostPid)).toBe(true);
    process.kill(hostPid, 'SIGCONT');
    await host.ended(often);
    // Until the second is over, in the descriptors that the other had.
    const next = await host.run('import time\ntime.sleep(1.2)\nprint("hi")');
    expect([next.text(), next.exit.code]).toEqual(['hi\n', 0]);
    expect(host.heard.filter((heard) => heard.t === 'exit' && heard.process === often)).toHaveLength(1);
  });
});

/** One of its children waits to be collected. */
const hasEnded = (parent: number): boolean =>
  readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8')
    .trim()
    .split(' ')
    .some((pid) => / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8')));
