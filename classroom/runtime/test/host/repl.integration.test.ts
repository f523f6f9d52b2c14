import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytes, type Heard, type Host, hasPython, isState, openHost, text } from './host.ts';

const STDOUT = 1;
const STDERR = 2;
const PROMPT = 3;

describe.skipIf(!hasPython)('the prompt in the session host', () => {
  let host: Host;
  let inputs = 0;
  beforeAll(async () => {
    host = await openHost();
  });
  afterAll(async () => host.close());

  const give = (process: number, code: string): void => {
    inputs += 1;
    host.send({ t: 'input', process, id: `i${inputs}`, text: code });
  };
  const open = async (): Promise<number> => {
    const process = host.start({ mode: 'repl' });
    await host.until(isState('waiting-for-code'));
    return process;
  };
  /** Types, and waits for the next prompt. */
  const type = async (process: number, code: string): Promise<readonly Heard[]> => {
    give(process, code);
    return host.until(isState('waiting-for-code'));
  };
  const end = async (process: number) => {
    host.send({ t: 'end-input', process });
    return host.ended(process);
  };

  it('shows values, keeps the last in _, and prompts apart from output', async () => {
    const process = await open();
    expect(text(host.heard, PROMPT)).toBe('>>> ');
    const heard = await type(process, '6 * 7');
    expect([text(heard, STDOUT), text(heard, PROMPT)]).toEqual(['42\n', '>>> ']);
    expect(text(await type(process, '_ + 1'), STDOUT)).toBe('43\n');
    expect(text(await type(process, 'None'), STDOUT)).toBe('');
    expect((await end(process)).exit).toMatchObject({ code: 0, uncaught: null });
  });

  it('goes on with "... " until a block is complete', async () => {
    const process = await open();
    for (const line of ['for i in range(2):', '    print(i)']) {
      expect(text(await type(process, line))).toBe('... ');
    }
    expect(text(await type(process, ''), STDOUT)).toBe('0\n1\n');
    expect(text(await type(process, 'x = [1,\n2,'), PROMPT)).toBe('... ');
    expect(text(await type(process, '3]'), PROMPT)).toBe('>>> ');
    expect(text(await type(process, 'x'), STDOUT)).toBe('[1, 2, 3]\n');
    await end(process);
  });

  it('takes several statements and blocks with blank lines, pasted at once', async () => {
    const process = await open();
    const heard = await type(process, 'def f(x):\n    y = x\n\n    return y + 1\nf(41)\nif True:\n    "shown"\n"last"');
    expect(text(heard, STDOUT)).toBe("42\n'shown'\n'last'\n");
    expect(text(heard, PROMPT)).toBe('>>> ');
    await end(process);
  });

  it('stops a pasted block at the statement that fails', async () => {
    const process = await open();
    const heard = await type(process, 'a = 1\n1 / 0\na = 2');
    expect(text(heard, STDERR).replaceAll(/^ *[~^]+\n/gm, '')).toBe(
      'Traceback (most recent call last):\n  File "<input-1>", line 2, in <module>\n    1 / 0\nZeroDivisionError: division by zero\n',
    );
    expect(text(await type(process, 'a'), STDOUT)).toBe('1\n');
    await end(process);
  });

  it('shows lines of what was typed before in tracebacks, and nothing but itself for a syntax error', async () => {
    const process = await open();
    await type(process, 'def half(x):\n    return x / 0');
    const failed = text(await type(process, 'half(1)'), STDERR);
    expect(failed).toContain('File "<input-1>", line 2, in half\n    return x / 0\n');
    const wrong = text(await type(process, 'x = = 1'), STDERR);
    expect(wrong).toMatch(/^ {2}File "<input-\d+>", line 1\n {4}x = = 1\n +\^\nSyntaxError: invalid syntax\n$/);
    await end(process);
  });

  it('clears the line, or the running statement, on an interrupt, and lives on', async () => {
    const process = await open();
    await type(process, 'if True:');
    host.send({ t: 'interrupt', process });
    await host.until(isState('waiting-for-code'));
    give(process, 'print("in", flush=True)\nwhile True: pass');
    await host.until((each) => each.t === 'content' && each.text.includes('\n'));
    host.send({ t: 'interrupt', process });
    const heard = await host.until(isState('waiting-for-code'));
    expect(text(heard, STDERR)).toContain('KeyboardInterrupt\n');
    expect(text(await type(process, '1'), STDOUT)).toBe('1\n');
    await end(process);
  });

  it('runs what was typed behind an error, also when all of it came at once', async () => {
    const process = await open();
    // Busy with the first, it finds the others together.
    for (const line of ['import time; time.sleep(0.2)', '1/0', 'print("after")', 'b = 2', 'print(b)'])
      give(process, line);
    const heard = await host.until((each) => each.t === 'content' && each.text.includes('2\n'));
    expect(text(heard, STDERR)).toContain('ZeroDivisionError');
    expect(text(heard, STDOUT)).toContain('after\n2\n');
    await end(process);
  });

  it('gives input() its line, and not code', async () => {
    const process = await open();
    give(process, 'name = input("who? ")');
    await host.until(isState('waiting-for-input'));
    await type(process, 'import sys');
    expect(text(await type(process, 'name'), STDOUT)).toBe("'import sys'\n");
    await end(process);
  });

  it('takes what was typed ahead as code, once it has its prompt again', async () => {
    const process = await open();
    give(process, 'import time; time.sleep(0.1)');
    give(process, 'a = 20');
    give(process, 'a + 1');
    await host.until((each) => each.t === 'content' && each.text.includes('21'));
    host.send({ t: 'end-input', process });
    expect((await host.ended(process)).exit.code).toBe(0);
  });

  it('gives input() one of several lines typed ahead, and the prompt the others', async () => {
    const process = await open();
    give(process, 'import time; time.sleep(0.1); x = input()');
    give(process, 'line');
    give(process, 'x + "!"');
    await host.until((each) => each.t === 'content' && each.text.includes("'line!'"));
    await end(process);
  });

  it('remembers what was imported from the future', async () => {
    const process = await open();
    await type(process, 'from __future__ import annotations');
    const heard = await type(process, 'def f(x: not_there): pass\nf.__annotations__');
    expect(text(heard, STDOUT)).toBe("{'x': 'not_there'}\n");
    await end(process);
  });

  it('ends with the code of exit()', async () => {
    const process = await open();
    give(process, 'exit(4)');
    expect((await host.ended(process)).exit).toMatchObject({ code: 4, signal: null });
  });

  it.each([
    ['its end', 'x = 7', ''],
    ['an exception', 'x = 7\n1 / 0', 'ZeroDivisionError: division by zero\n'],
    ['sys.exit', 'import sys\nx = 7\nsys.exit("bye")', 'bye\n'],
  ])('goes on after a script with its variables: after %s', async (_what, source, said) => {
    const process = host.start({ source, thenRepl: true });
    const heard = await host.until(isState('waiting-for-code'));
    expect(text(heard, STDERR).endsWith(said)).toBe(true);
    expect(text(await type(process, 'x'), STDOUT)).toBe('7\n');
    expect((await end(process)).exit).toMatchObject({ code: 0, uncaught: null });
  });

  it('goes on after a script that read to the end of its input', async () => {
    const process = host.start({ source: 'import sys\nlines = sys.stdin.readlines()', thenRepl: true });
    await host.until(isState('waiting-for-input'));
    give(process, 'one');
    host.send({ t: 'end-input', process });
    await host.until(isState('waiting-for-code'));
    expect(text(await type(process, 'lines'), STDOUT)).toBe("['one\\n']\n");
    await end(process);
  });

  it('leaves the prompt to the program, not to what it forked', async () => {
    const source = 'import os\nif os.fork() == 0:\n  raise SystemExit(0)\nos.wait()\nprint("parent")';
    const process = host.start({ source, thenRepl: true });
    const heard = await host.until(isState('waiting-for-code'));
    expect(text(heard.filter((each) => each.t === 'content'))).toBe('parent\n>>> ');
    expect((await end(process)).text(PROMPT)).toBe('');
  });

  it('runs lines in the order in which they were typed, however fast they come', async () => {
    const numbers = Array.from({ length: 60 }, (_, number) => number);
    for (let round = 0; round < 5; round += 1) {
      const process = await open();
      for (const number of numbers) {
        give(process, `print("<${number}>", end="")`);
        if (number % 3 === 0) await new Promise((resolve) => setTimeout(resolve, number % 2));
      }
      const lines = () => bytes(host.heard, process, STDOUT).toString();
      await host.until(() => lines().includes('<59>'));
      expect(lines()).toBe(numbers.map((number) => `<${number}>`).join(''));
      host.send({ t: 'end', process });
      await host.ended(process);
    }
  });
});
