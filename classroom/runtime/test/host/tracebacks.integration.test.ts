import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Host, hasPython, openHost, type Run } from './host.ts';

const STDERR = 2;

describe.skipIf(!hasPython)('tracebacks of the session host', () => {
  let host: Host;
  beforeAll(async () => {
    host = await openHost();
  });
  afterAll(async () => host.close());

  const runFile = async (source: string): Promise<Run> => {
    writeFileSync(path.join(host.workspace, 'main.py'), source);
    return host.ended(host.start({ file: 'main.py' }));
  };
  const noticesOf = (run: Run) => run.heard.flatMap((each) => (each.t === 'notice' ? [each.notice] : []));

  it("show the student's files, with the place marked, and none of ours", async () => {
    const run = await runFile('def f():\n    return 1 / 0\n\nf()\n');
    const file = path.join(host.workspace, 'main.py');
    expect(run.text(STDERR).replaceAll(/^ *[~^]+\n/gm, '')).toBe(
      `Traceback (most recent call last):\n  File "${file}", line 4, in <module>\n    f()\n  File "${file}", line 2, in f\n    return 1 / 0\nZeroDivisionError: division by zero\n`,
    );
    expect(run.exit).toMatchObject({ code: 1, uncaught: 'ZeroDivisionError' });
  });

  it('leave out the library', async () => {
    const run = await runFile('import json\njson.loads("{")\n');
    expect(run.text(STDERR).match(/File "/g)).toHaveLength(1);
    expect(run.exit.uncaught).toBe('JSONDecodeError');
  });

  it('show a syntax error as such, in a file and in sent code', async () => {
    expect((await runFile('x = (1,\nprint(')).text(STDERR)).toMatch(
      /^ {2}File ".*main.py", line \d\n(.*\n)+SyntaxError: .*\n$/,
    );
    expect((await host.run('def')).text(STDERR)).toMatch(/^ {2}File "<code>", line 1\n(.*\n)+SyntaxError: .*\n$/);
  });

  it('show the lines of sent code, also to those who ask for them', async () => {
    const run = await host.run(
      'import inspect, traceback\ndef f():\n    raise ValueError("no")\nprint(inspect.getsource(f))\nf()',
    );
    expect(run.text(1)).toBe('def f():\n    raise ValueError("no")\n\n');
    expect(run.text(STDERR)).toContain('File "<code>", line 3, in f\n    raise ValueError("no")\n');
  });

  it('name the cause, and the context', async () => {
    const both =
      'def f():\n  try:\n    1 / 0\n  except ZeroDivisionError as error:\n    raise KeyError("x") from error\n';
    const run = await host.run(`${both}try:\n  f()\nexcept KeyError:\n  int("x")`);
    const parts = run.text(STDERR);
    expect(parts).toMatch(
      /ZeroDivisionError: .*\n\nThe above .* direct cause [\s\S]*KeyError: 'x'\n\nDuring [\s\S]*ValueError: .*\n$/,
    );
    expect(parts).not.toContain('host.py');
  });

  it('show the first and the last of very many exceptions', async () => {
    const source = `error = None
for number in range(100_000):
    following = ValueError("x" * 200 + str(number))
    following.__context__ = error
    error = following
raise error`;
    const run = await host.run(source);
    const shown = run.text(STDERR);
    expect(shown.match(/x\d+$/gm)?.map((each) => each.slice(1))).toEqual(
      [0, 1, 2, 3, 4, 99_995, 99_996, 99_997, 99_998, 99_999].map(String),
    );
    expect(shown).toContain(
      'x4\n\nDuring handling of the above exception, another exception occurred:\n\n[... 99990 more exceptions ...]\n\nDuring',
    );
    expect(run.exit).toMatchObject({ code: 1, uncaught: 'ValueError' });
    expect(run.exit.cpuMs).toBeLessThan(3000);
  });

  it('leave a long chain of exceptions as it was, and end with one that has no end', async () => {
    const chain = 'errors = [KeyError(n) for n in range(50)]\nfor a, b in zip(errors, errors[1:]): b.__cause__ = a\n';
    const kept = await host.run(
      `${chain}import sys\nsys.excepthook(KeyError, errors[-1], None)\nprint([e.__cause__ for e in errors] == [None, *errors[:-1]], {e.__context__ for e in errors}, [e.__suppress_context__ for e in errors].count(True))`,
    );
    expect(kept.text(1)).toBe('True {None} 49\n');
    const round = await host.run(`${chain}errors[0].__context__ = errors[-1]\nraise errors[-1]`);
    expect(round.text(STDERR).match(/^KeyError: \d+$/gm)?.length).toBeLessThan(60);
    expect(round.exit.uncaught).toBe('KeyError');
    const short = await host.run('a = KeyError(1)\na.__cause__ = b = KeyError(2)\nb.__context__ = a\nraise a');
    expect(short.text(STDERR)).toMatch(/KeyError: 2\n[\s\S]*direct cause[\s\S]*KeyError: 1\n$/);
  });

  it('show little of long chains in groups, too', async () => {
    const source = `import sys
if sys.version_info < (3, 11): sys.exit(9)
def chain():
  error = None
  for number in range(20_000):
    following = ValueError("x" * 200 + str(number)); following.__context__ = error; error = following
  return error
raise ExceptionGroup("all", [chain() for _ in range(3)])`;
    const run = await host.run(source);
    if (run.exit.code !== 9) expect(run.text(STDERR).match(/19990 more exceptions/g)).toHaveLength(3);
  });

  it.each([
    ['itself', 'def f(): f()\nf()'],
    ['another', 'def f(): g()\ndef g(): f()\nf()'],
  ])('are short when a function calls %s for ever', async (_what, source) => {
    const run = await host.run(source);
    expect(run.exit.uncaught).toBe('RecursionError');
    expect(run.text(STDERR).split('\n').length).toBeLessThan(70);
    expect(run.text(STDERR)).toMatch(/Previous line repeated \d+ more times|\[\.\.\. \d+ more calls \.\.\.\]/);
  });

  it('suggest what may have been meant', async () => {
    const run = await host.run('import sys\nprint(sys.version_info >= (3, 10))\nresult = 1\nprint(reslt)');
    if (run.text(1) === 'True\n') expect(run.text(STDERR)).toContain("Did you mean: 'result'?");
  });

  it('come of threads too', async () => {
    const run = await host.run(
      'import threading\nt = threading.Thread(target=lambda: {}["x"], name="T")\nt.start()\nt.join()',
    );
    expect(run.text(STDERR)).toMatch(/^Exception in thread T:\nTraceback .*\n {2}File "<code>", line 2, in <lambda>\n/);
    expect(run.text(STDERR)).not.toContain('threading.py');
  });

  it('are left to the program where it wants to print them', async () => {
    const run = await host.run('import sys\nsys.excepthook = lambda *a: print("mine", a[0].__name__)\n1 / 0');
    expect(run.text()).toBe('mine ZeroDivisionError\n');
    const broken = await host.run('import sys\nsys.excepthook = None\n1 / 0');
    expect(broken.text(STDERR)).toContain('ZeroDivisionError: division by zero\n');
  });

  describe('tell of limits', () => {
    it('on the size of a file', async () => {
      const limited = await openHost({ environment: { ROWHOUSE_LIMITS: '{"fileBytes":65536}' } });
      const run = await limited.run('open("big", "wb", 0).write(b"x" * 65536)\nopen("big", "ab", 0).write(b"x")');
      await limited.close();
      expect([noticesOf(run), run.exit.uncaught]).toEqual([['file-size-limit'], 'OSError']);
    });

    it('on open files, once, also in what led to the exception', async () => {
      const limited = await openHost({ environment: { ROWHOUSE_LIMITS: '{"openFiles":256}' } });
      const source =
        'files = []\ntry:\n  while True: files.append(open("/dev/null"))\nexcept OSError as error:\n  raise ValueError from error';
      const run = await limited.run(source);
      await limited.close();
      expect([noticesOf(run), run.exit.uncaught]).toEqual([['open-files-limit'], 'ValueError']);
    });

    it('on threads, and on forks, but not for a socket that would block', async () => {
      expect(noticesOf(await host.run('raise RuntimeError("can\'t start new thread")'))).toEqual(['process-limit']);
      const real =
        'import os, resource\nresource.setrlimit(resource.RLIMIT_NPROC, (1, 1))\nos.setuid(65534)\nos.fork()';
      if (process.getuid?.() === 0) expect(noticesOf(await host.run(real))).toEqual(['process-limit']);
      expect(
        noticesOf(await host.run('import socket\na, b = socket.socketpair()\na.setblocking(False)\na.recv(1)')),
      ).toEqual([]);
    });
  });
});
