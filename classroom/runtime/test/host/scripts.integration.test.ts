import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytes, type Host, hasPython, openHost } from './host.ts';

const STDOUT = 1;
const STDERR = 2;
const PROMPT = 3;

describe.skipIf(!hasPython)('scripts in the session host', () => {
  let host: Host;
  beforeAll(async () => {
    host = await openHost();
  });
  afterAll(async () => host.close());

  it('says who it is, once, with the token', () => {
    expect(host.heard[0]).toMatchObject({ t: 'ready', version: 1, token: 'secret', walls: { landlock: 3 } });
  });

  it('runs code, keeps its streams apart, and tells how it ended', async () => {
    const run = await host.run('import sys\nprint("out")\nprint("err", file=sys.stderr)\nsys.exit(3)');
    expect([run.text(STDOUT), run.text(STDERR)]).toEqual(['out\n', 'err\n']);
    expect(run.exit).toMatchObject({ code: 3, signal: null, uncaught: null });
    expect(run.exit.cpuMs).toBeGreaterThan(0);
    expect(run.exit.peakBytes).toBeGreaterThan(1_000_000);
  });

  it('ends with the code that sys.exit says, as the interpreter does', async () => {
    expect((await host.run('raise SystemExit')).exit.code).toBe(0);
    expect((await host.run('raise SystemExit(-1)')).exit.code).toBe(255);
    const run = await host.run('import sys; sys.exit("no luck")');
    expect([run.exit.code, run.text(STDERR)]).toEqual([1, 'no luck\n']);
  });

  it('runs a file as the interpreter would: its folder, its name, its arguments, its neighbours', async () => {
    mkdirSync(path.join(host.workspace, 'sub'));
    writeFileSync(
      path.join(host.workspace, 'sub/files.py'),
      'VALUE = "a neighbour called as one of the host\'s own"\n',
    );
    const script =
      'import sys, os, files\nprint(__name__, __file__, sys.argv, os.getcwd(), sys.path[0])\nprint(files.VALUE)\n';
    writeFileSync(path.join(host.workspace, 'sub/run.py'), script);
    const run = await host.ended(host.start({ file: 'sub/run.py', args: ['a', 'ü'] }));
    const folder = path.join(host.workspace, 'sub');
    expect(run.text()).toBe(
      `__main__ ${folder}/run.py ['${folder}/run.py', 'a', 'ü'] ${folder} ${folder}\na neighbour called as one of the host's own\n`,
    );
  });

  it('honours the encoding that a file declares', async () => {
    const latin = Buffer.from('# -*- coding: latin-1 -*-\nprint("gr\xfc\xdfe")\n', 'latin1');
    writeFileSync(path.join(host.workspace, 'latin.py'), latin);
    expect((await host.ended(host.start({ file: 'latin.py' }))).text()).toBe('grüße\n');
  });

  it('says that a file is not there', async () => {
    const run = await host.ended(host.start({ file: 'missing.py' }));
    expect(run.text(STDERR)).toBe("can't open file 'missing.py': No such file or directory\n");
    expect(run.exit.code).toBe(2);
  });

  it('loses nothing that was printed before a kill or os._exit', async () => {
    const killed = await host.run('import os\nprint("before", end="")\nos.kill(os.getpid(), 9)');
    expect([killed.text(), killed.exit.signal, killed.exit.code]).toEqual(['before', 'SIGKILL', null]);
    const left = await host.run('import os, sys\nsys.stdout.buffer.write(b"raw")\nprint(" text", end="")\nos._exit(5)');
    expect([left.text(), left.exit.code]).toEqual(['raw text', 5]);
  });

  it('prints what is no text without failing', async () => {
    const run = await host.run('print("\\ud800", "ü", "\\U0001f600")');
    expect(run.text()).toBe('\\ud800 ü 😀\n');
  });

  it('looks like text streams that are no terminal', async () => {
    const run = await host.run(`import sys
print(sys.stdout.isatty(), sys.stdout.encoding, sys.stdout.fileno(), sys.stderr.fileno(), sys.stdin.fileno())
print(sys.stdout.name, sys.stdout.mode, sys.stdin.encoding, sys.__stdout__ is sys.stdout)`);
    expect(run.text()).toBe('False utf-8 1 2 0\n<stdout> w utf-8 True\n');
  });

  it('does at the end what an interpreter does: threads, exit functions, finalizers, buffers of files', async () => {
    const run = await host.run(`import atexit, threading, time
class Last:
    def __del__(self): print("finalized")
last = Last()
atexit.register(print, "atexit")
def late():
    time.sleep(0.05)
    print("thread")
threading.Thread(target=late).start()
file = open("buffered.txt", "w")
file.write("kept")
print("end")`);
    expect(run.text()).toBe('end\nthread\natexit\nfinalized\n');
    expect(readFileSync(path.join(host.workspace, 'buffered.txt'), 'utf8')).toBe('kept');
  });

  it('keeps the output of programs it starts, and of native code, in order with its own', async () => {
    const run = await host.run(`import os, subprocess
for i in range(20):
    print("a", i)
    subprocess.run(["echo", "b"])
    os.write(1, b"c\\n")
    print("d")`);
    const expected = Array.from({ length: 20 }, (_, i) => `a ${i}\nb\nc\nd\n`).join('');
    expect(run.text()).toBe(expected);
  });

  it('keeps that order also when the host was held up', async () => {
    const source =
      'import os, time\ntime.sleep(0.05)\nfor i in range(20):\n  print("a", i)\n  os.write(1, b"c\\n")\n  print("d")';
    const process = host.start({ source });
    await host.until((each) => each.t === 'started');
    host.child.kill('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 700));
    host.child.kill('SIGCONT');
    const expected = Array.from({ length: 20 }, (_, i) => `a ${i}\nc\nd\n`).join('');
    expect((await host.ended(process)).text()).toBe(expected);
  });

  it('prints whole lines from forked processes, pools and threads', async () => {
    const run = await host.run(`import multiprocessing, os, threading
def square(x):
    print("square", x)
    return x * x
with multiprocessing.Pool(2) as pool:
    print(sum(pool.map(square, range(10))))
threads = [threading.Thread(target=print, args=("thread\\n",), kwargs={"end": ""}) for _ in range(10)]
for t in threads: t.start()
for t in threads: t.join()
if os.fork() == 0:
    print("child")
    os._exit(0)
os.wait()`);
    const lines = run
      .text()
      .split('\n')
      .filter((line) => line !== '');
    expect(lines.filter((line) => line.startsWith('square '))).toHaveLength(10);
    expect(lines.filter((line) => line === 'thread')).toHaveLength(10);
    expect(lines).toContain('285');
    expect(lines.at(-1)).toBe('child');
  });

  it('gives what was asked as a prompt, waits, and takes each answer once', async () => {
    const process = host.start({ source: 'a = input("a? ")\nb = input()\nprint([a, b])' });
    await host.until((each) => each.t === 'state' && each.state === 'waiting-for-input');
    for (const id of ['1', '1', '2']) host.send({ t: 'input', process, id, text: `line ${id}` });
    host.send({ t: 'end-input', process });
    const run = await host.ended(process);
    expect(run.text(STDOUT)).toBe("['line 1', 'line 2']\n");
    expect(run.heard.filter((each) => each.t === 'input-taken').map((each) => each.id)).toEqual(['1', '1', '2']);
    expect(bytes(host.heard, process, PROMPT).toString()).toBe('a? ');
  });

  it('ends input with EOFError', async () => {
    const process = host.start({ source: 'import sys\nprint(sys.stdin.read())\ninput()' });
    host.send({ t: 'input', process, id: 'x', text: 'all' });
    host.send({ t: 'end-input', process });
    const run = await host.ended(process);
    expect(run.text(STDOUT)).toBe('all\n\n');
    expect(run.exit).toMatchObject({ code: 1, uncaught: 'EOFError' });
  });

  it('interrupts a loop, and input()', async () => {
    const process = host.start({
      source: 'try:\n  input()\nexcept KeyboardInterrupt:\n  print("once", flush=True)\nwhile True: pass',
    });
    await host.until((each) => each.t === 'state' && each.state === 'waiting-for-input');
    host.send({ t: 'interrupt', process });
    await host.until((each) => each.t === 'content' && each.text.includes('\n'));
    host.send({ t: 'interrupt', process });
    const run = await host.ended(process);
    expect(run.exit).toMatchObject({ code: 130, uncaught: 'KeyboardInterrupt' });
  });

  it('leaves to programs the environment that they need and nothing else', async () => {
    const run = await host.run('import os\nfor name in sorted(os.environ): print(name)');
    expect(run.text()).not.toContain('ROWHOUSE');
    expect(run.text()).toContain('MPLBACKEND');
  });
});
