import { existsSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Host, hasPython, isState, openHost, text } from './host.ts';

const isAlive = (pid: number): boolean =>
  existsSync(`/proc/${pid}/stat`) && !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');

async function gone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 100 && isAlive(pid); tries += 1) await new Promise((resolve) => setTimeout(resolve, 20));
  return !isAlive(pid);
}

describe.skipIf(!hasPython)('processes of the session host', () => {
  let host: Host;
  beforeEach(async () => {
    host = await openHost();
  });
  afterEach(async () => host.close());

  const numbers = (output: string): readonly number[] => output.trim().split(/\s+/).map(Number);

  it('keep one spare, and use none that is not placed', async () => {
    const unplaced = await openHost({ places: false });
    const [spare] = (await unplaced.until((each) => each.t === 'spare')).slice(-1);
    const process = unplaced.start({ source: 'print("hi")' });
    await unplaced.file('list', '');
    expect(unplaced.heard.some((each) => each.t === 'started')).toBe(false);
    unplaced.send({ t: 'placed', spare: spare?.t === 'spare' ? spare.spare : 0 });
    expect((await unplaced.ended(process)).text()).toBe('hi\n');
    await unplaced.counted(2, (each) => each.t === 'spare');
    expect(unplaced.heard.filter((each) => each.t === 'spare')).toHaveLength(2);
    await unplaced.close();
  });

  it('leave the processor to the first output of a run before the next spare is forked', async () => {
    await host.until((each) => each.t === 'spare');
    const slow = host.start({ source: 'import time\ntime.sleep(0.03)\nprint("hi")' });
    await host.until((each) => each.t === 'content' && each.channel === slow);
    // `until` passes what came before: a spare that came before the output would not be found.
    await host.until((each) => each.t === 'spare');
    // One that says nothing is not waited for.
    const silent = host.start({ source: 'import time\ntime.sleep(20)' });
    await host.until((each) => each.t === 'spare');
    expect(host.heard.some((each) => each.t === 'exit' && each.process === silent)).toBe(false);
    const following = [host.start({ source: 'print(1)' }), host.start({ source: 'print(2)' })];
    await host.counted(3, (each) => each.t === 'exit' && [slow, ...following].includes(each.process));
  });

  it('become runs in the order of their starts, also faster than spares come', async () => {
    const all = Array.from({ length: 10 }, (_, i) => host.start({ source: `print(${i})` }));
    await host.counted(all.length, (each) => each.t === 'exit');
    expect(host.heard.flatMap((each) => (each.t === 'started' ? [each.process] : []))).toEqual(all);
    for (const [i, process] of all.entries()) {
      expect(text(host.heard.filter((each) => each.t === 'content' && each.channel === process))).toBe(`${i}\n`);
    }
  });

  it('are made good when a run kills the spare', async () => {
    const spare = (await host.until((each) => each.t === 'spare')).at(-1);
    if (spare?.t === 'spare') process.kill(spare.pid, 'SIGKILL');
    await host.until((each) => each.t === 'spare');
    expect((await host.run('print("hi")')).text()).toBe('hi\n');
  });

  it('begin although the spare was stopped', async () => {
    const spare = (await host.until((each) => each.t === 'spare')).at(-1);
    if (spare?.t === 'spare') process.kill(spare.pid, 'SIGSTOP');
    expect((await host.run('print("hi")')).text()).toBe('hi\n');
  });

  it.each([
    'SIGINT',
    'SIGTERM',
    'SIGHUP',
    'SIGALRM',
    'SIGTSTP',
    'SIGTTIN',
    'SIGCHLD',
    'SIGPIPE',
    'SIGSEGV',
    'SIGSYS',
  ] as const)('are not disturbed by a %s that the spare got', async (signal) => {
    const spare = (await host.until((each) => each.t === 'spare')).at(-1);
    if (spare?.t === 'spare') process.kill(spare.pid, signal);
    const run = await host.run(
      'import signal\nprint("hi", signal.pthread_sigmask(signal.SIG_BLOCK, ()), signal.sigpending())',
    );
    expect([run.text(), run.exit.code]).toEqual(['hi set() set()\n', 0]);
    expect(host.heard.find((each) => each.t === 'started')).toMatchObject({ spare: 1 });
  });

  it('wait for another spare when theirs died the moment before', async () => {
    const spare = (await host.until((each) => each.t === 'spare')).at(-1);
    host.child.kill('SIGSTOP');
    if (spare?.t === 'spare') process.kill(spare.pid, 'SIGKILL');
    const began = host.start({ source: 'print("hi")' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    host.child.kill('SIGCONT');
    const run = await host.ended(began);
    expect([run.text(), run.exit.code]).toEqual(['hi\n', 0]);
  });

  it('are interrupted however early that is asked', async () => {
    for (let round = 0; round < 20; round += 1) {
      await host.counted(round + 1, (each) => each.t === 'spare');
      const process = host.start({ source: 'import time\ntime.sleep(9)' });
      host.send({ t: 'interrupt', process });
      expect((await host.ended(process)).exit).toMatchObject({ code: 130, uncaught: 'KeyboardInterrupt' });
    }
  });

  it('have the signals of a fresh interpreter', async () => {
    const source = `import signal, sys
kept = {n: signal.getsignal(n) for n in signal.valid_signals() if signal.getsignal(n) is not signal.SIG_DFL}
print({signal.Signals(n).name: getattr(h, "__name__", h) for n, h in kept.items() if h is not None})`;
    expect((await host.run(source)).text()).toBe(
      "{'SIGINT': 'default_int_handler', 'SIGPIPE': <Handlers.SIG_IGN: 1>, 'SIGXFSZ': <Handlers.SIG_IGN: 1>}\n",
    );
  });

  it('end with all that they started, which cannot hold their end up', async () => {
    const run = await host.run(`import os, subprocess, sys
a = subprocess.Popen(["sleep", "60"])
b = subprocess.Popen(["sleep", "60"], start_new_session=True)
print(a.pid, b.pid)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        print(os.getpid(), flush=True)
        import time; time.sleep(60)
    os._exit(0)
os.wait()
import time; time.sleep(0.1)`);
    const pids = numbers(run.text());
    expect(pids).toHaveLength(3);
    for (const pid of pids) expect(await gone(pid)).toBe(true);
  });

  it('are killed with all that they started when they shall end', async () => {
    const process = host.start({
      source: `import os, signal, subprocess, sys
for n in (signal.SIGINT, signal.SIGTERM): signal.signal(n, signal.SIG_IGN)
print(os.getpid(), subprocess.Popen(["sleep", "60"], start_new_session=True).pid)
while True: pass`,
    });
    const heard = await host.until((each) => each.t === 'content' && each.text.includes('\n'));
    host.send({ t: 'interrupt', process });
    host.send({ t: 'end', process });
    const run = await host.ended(process);
    expect(run.exit).toMatchObject({ code: null, signal: 'SIGKILL', uncaught: null });
    for (const pid of numbers(text(heard))) expect(await gone(pid)).toBe(true);
  });

  it('leave other runs alone', async () => {
    const other = host.start({
      source:
        'import subprocess\np = subprocess.Popen(["sleep", "60"], start_new_session=True)\norphan = subprocess.check_output("sleep 60 >&2 & echo $!", shell=True)\ninput()\nprint(p.poll())\nimport os\nos.kill(int(orphan), 0)',
    });
    await host.until(isState('waiting-for-input'));
    await host.run('import subprocess; subprocess.Popen(["sleep", "60"])');
    host.send({ t: 'input', process: other, id: '1', text: '' });
    expect((await host.ended(other)).text()).toBe('None\n');
  });

  it('end before they have begun when that is asked', async () => {
    const unplaced = await openHost({ places: false });
    const process = unplaced.start({ source: 'print("hi")' });
    unplaced.send({ t: 'end', process });
    const run = await unplaced.ended(process);
    expect([run.text(), run.exit.signal]).toEqual(['', 'SIGKILL']);
    await unplaced.close();
  });

  it.each([
    ['close every descriptor', 'import os\nos.closerange(0, 1024)\nimport time; time.sleep(0.05)\nos._exit(3)', 3],
    ['close their channel and print on', 'import os\nos.closerange(3, 1024)\nprint("still")', 0],
    ['write garbage', 'import os\nfor kind in range(256): os.write(200, bytes((kind,)) + os.urandom(9))', 0],
    [
      'send empty packets',
      'import socket\ns = socket.socket(fileno=200)\nfor i in range(1000): s.send(b"")\nprint("still")',
      0,
    ],
    ['send packets that are too long', 'import os\nos.write(200, b"\\1" + b"x" * 150_000)', 0],
    [
      'make everything non-blocking',
      'import os\nfor fd in (0, 1, 2, 200): os.set_blocking(fd, False)\nprint("x" * 1_000_000)',
      0,
    ],
    ['end by a signal', 'import os; os.kill(os.getpid(), 11)', null],
  ])('that %s harm nobody', async (what, source, code) => {
    const run = await host.run(source);
    expect(run.exit.code).toBe(code);
    if (what.includes('on')) expect(run.text()).toMatch(/still|x/);
    expect((await host.run('print("hi")')).text()).toBe('hi\n');
  });

  it('that change their state without end are slowed down', async () => {
    const beganMs = performance.now();
    await host.run('import os\nfor i in range(1500): os.write(200, b"!" + b"ric"[i % 3: i % 3 + 1])');
    expect(performance.now() - beganMs).toBeGreaterThan(500);
  });

  it('cannot say more than there is to say', async () => {
    const run = await host.run(
      'import os\nfor n in range(3): os.write(200, bytes((34, 1)))\nos.write(200, b"#" + b"A\\n\\"<" * 100)',
    );
    expect(run.heard.filter((each) => each.t === 'notice')).toEqual([
      { t: 'notice', process: 1, notice: 'file-size-limit' },
    ]);
    expect(run.exit.uncaught).toMatch(/^A+$/);
  });

  it('have an interpreter of their own each: nothing that one does reaches the next', async () => {
    await host.run('import builtins, sys\nbuiltins.print = None\nsys.modules.clear()');
    expect((await host.run('import json\nprint(json.dumps(1))')).text()).toBe('1\n');
  });

  it('end with the server, all of them', async () => {
    const process = host.start({
      source: 'import os, subprocess\nprint(os.getpid(), subprocess.Popen(["sleep", "60"]).pid)\nwhile True: pass',
    });
    const heard = await host.until(
      (each) => each.t === 'content' && each.channel === process && each.text.includes('\n'),
    );
    const spares = host.heard.flatMap((each) => (each.t === 'spare' ? [each.pid] : []));
    host.socket.destroy();
    for (const pid of [...numbers(text(heard)), ...spares]) expect(await gone(pid)).toBe(true);
  });

  it('end with a host that is killed, where no namespace ends them', async () => {
    const process = host.start({ source: 'import os\nprint(os.getpid())\nwhile True: pass' });
    const heard = await host.until((each) => each.t === 'content' && each.text.includes('\n'));
    await host.counted(2, (each) => each.t === 'spare');
    expect((await host.file('list', '')).done.ok).toBe(true);
    const { pid = 0 } = host.child;
    const children = numbers(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'));
    expect(children).toHaveLength(3);
    expect(children).toContain(numbers(text(heard))[0]);
    expect(process).toBe(1);
    host.child.kill('SIGKILL');
    for (const child of children) expect(await gone(child)).toBe(true);
  });

  it('cannot be steered through signals to the host', async () => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR1', 'SIGALRM'] as const) host.child.kill(signal);
    expect((await host.run('print("hi")')).text()).toBe('hi\n');
    const run = await host.run(
      'import signal\nprint(signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT).__name__)',
    );
    expect(run.text()).toMatch(/^(Handlers\.SIG_DFL|0) default_int_handler\n$/);
  });
});
