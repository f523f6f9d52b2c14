import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Host, hasPython, isState, openHost, PYTHON } from './host.ts';

const isAlive = (pid: number): boolean =>
  existsSync(`/proc/${pid}/stat`) && !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');

/** Of the kernel's Landlock: from 6 on it keeps signals within. */
const landlock = (): number =>
  Number(
    execFileSync(PYTHON, ['-I', '-c', 'import ctypes; print(ctypes.CDLL(None).syscall(444, None, 0, 1))']).toString(),
  );

/** Says its number, and is nobody's child: not of its run's session, and not below it. */
const DAEMON = `
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        if os.fork() == 0: time.sleep(60)
        print(os.getpid(), flush=True)
        time.sleep(60)
    os._exit(0)
os.wait()
input()
`;

describe.skipIf(!hasPython)('runs of one room', () => {
  let host: Host;
  beforeEach(async () => {
    host = await openHost();
  });
  afterEach(async () => host.close());

  const said = async (process: number): Promise<number> => {
    const heard = (await host.until((each) => each.t === 'content' && each.channel === process)).at(-1);
    return heard?.t === 'content' ? Number(heard.text.toString()) : 0;
  };

  it('keep their daemons while others end, and take them with them', async () => {
    const owner = host.start({ source: DAEMON });
    const daemon = await said(owner);
    const [child = 0] = readFileSync(`/proc/${daemon}/task/${daemon}/children`, 'utf8').trim().split(' ').map(Number);
    await host.run('print("another")');
    // The next run begins after what the last one left was looked for.
    await host.run('print("and another")');
    expect([daemon, child].map(isAlive)).toEqual([true, true]);
    host.send({ t: 'input', process: owner, id: '1', text: '' });
    await host.ended(owner);
    await vi.waitFor(() => expect([daemon, child].filter(isAlive)).toEqual([]), { timeout: 5_000 });
  });

  it.skipIf(!hasPython || landlock() < 6)('cannot signal each other, nor the host', async () => {
    const other = host.start({ source: 'import os\nprint(os.getpid())\ninput()\nprint("undisturbed")' });
    const pid = await said(other);
    await host.until(isState('waiting-for-input'));
    // Signal 0 is only the question whether another would be allowed.
    const run = await host.run(`import os
for pid in (${pid}, ${host.child.pid}):
    try: print("could", os.kill(pid, 0))
    except PermissionError: print("held")
import subprocess
child = subprocess.Popen(["sleep", "60"], start_new_session=True)
child.kill()
print(child.wait())`);
    expect(run.text()).toBe('held\nheld\n-9\n');
    host.send({ t: 'end', process: other });
    expect((await host.ended(other)).exit.signal).toBe('SIGKILL');
  });
});
