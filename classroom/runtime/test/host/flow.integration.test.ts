import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytes, type Host, hasPython, isState, openHost, type Run } from './host.ts';

/** From the kernel, in pages of 4 KiB. */
const residentBytes = (pid = 0) => Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096;

const ALL = 1_000_000_000;

describe.skipIf(!hasPython)('the way of output out of the session host', () => {
  let host: Host;
  beforeAll(async () => {
    host = await openHost();
  });
  afterAll(async () => host.close());

  /** Waits for so many bytes, and for more that must not come. */
  const received = async (process: number, count: number): Promise<void> => {
    const isEnough = () => bytes(host.heard, process).length >= count;
    if (!isEnough()) await host.until(isEnough);
    await new Promise((resolve) => setTimeout(resolve, 50));
  };

  it('ends at the window, to the byte, and goes on from there', async () => {
    const lines = Array.from({ length: 20_000 }, (_, i) => `line ${i}\n`).join('');
    const process = host.start({ source: 'for i in range(20000): print("line", i)', window: 1000 });
    await received(process, 1000);
    expect(bytes(host.heard, process).toString()).toBe(lines.slice(0, 1000));
    host.send({ t: 'window', process, upTo: 70_001 });
    await received(process, 70_001);
    expect(bytes(host.heard, process)).toHaveLength(70_001);
    host.send({ t: 'window', process, upTo: ALL });
    await host.ended(process);
    expect(bytes(host.heard, process).toString()).toBe(lines);
  });

  it('holds up one that prints too much and nobody else', async () => {
    const flood = host.start({ source: 'import sys\nwhile True: sys.stdout.write("x" * 100_000)', window: 10_000 });
    expect((await host.run('print("hi")')).text()).toBe('hi\n');
    await received(flood, 10_000);
    expect(bytes(host.heard, flood)).toHaveLength(10_000);
    host.send({ t: 'interrupt', process: flood });
    host.send({ t: 'window', process: flood, upTo: ALL });
    const run = await host.ended(flood);
    expect(run.exit.uncaught).toBe('KeyboardInterrupt');
  });

  it('tells of an end although its window is used up, with what was left', async () => {
    const process = host.start({ source: 'print("x" * 99)', window: 50 });
    const run = await host.ended(process);
    expect(run.text()).toBe(`${'x'.repeat(99)}\n`);
  });

  it('takes what is printed in close succession together, and what is printed slowly as it comes', async () => {
    const framesOf = (run: Run) => run.heard.filter((each) => each.t === 'content').length;
    const printing = (count: number, seconds: number) =>
      host.run(`import time
begun = time.monotonic()
for i in range(${count}):
  print(i)
  time.sleep(${seconds})
print(1000 * (time.monotonic() - begun))`);
    const close = await printing(300, 0.0002);
    const lines = close.text().trim().split('\n');
    expect(lines).toHaveLength(301);
    // Where the machine is busy with others, even this is not printed in close succession.
    expect(framesOf(close)).toBeLessThan(Math.max(200, Number(lines.at(-1))));
    const slow = await printing(10, 0.02);
    expect(framesOf(slow)).toBeGreaterThan(7);
  });

  it('carries ten megabytes, in order, in few frames', async () => {
    const run = await host.run('import sys\nfor i in range(160): sys.stdout.write(chr(97 + i % 26) * 65536)');
    expect(run.text()).toHaveLength(10_485_760);
    expect(run.text()).toBe(
      Array.from({ length: 160 }, (_, i) => String.fromCodePoint(97 + (i % 26)).repeat(65_536)).join(''),
    );
    expect(run.heard.filter((each) => each.t === 'content').length).toBeLessThan(400);
  });

  it('never cuts a character of a long text', async () => {
    const run = await host.run('print("€" * 100_000)');
    for (const each of run.heard) {
      if (each.t === 'content') expect(each.text.toString('utf8')).not.toContain('\ufffd');
    }
    expect(run.text()).toHaveLength(100_001);
  });

  it('waits for a server that does not read, and loses nothing', async () => {
    host.socket.pause();
    const before = residentBytes(host.child.pid);
    const flood = host.start({ source: 'import sys\nfor i in range(1000): sys.stdout.write("x" * 65536)' });
    const process = host.start({ source: 'for i in range(50000): print(i)' });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(residentBytes(host.child.pid) - before).toBeLessThan(4_000_000);
    host.socket.resume();
    host.send({ t: 'end', process: flood });
    const run = await host.ended(process);
    expect(run.text()).toBe(Array.from({ length: 50_000 }, (_, i) => `${i}\n`).join(''));
  });

  it('delivers what a program prints before it is asked for more', async () => {
    const process = host.start({ source: 'import sys\nsys.stdout.write("no newline")\ninput()' });
    const heard = await host.until(isState('waiting-for-input'));
    expect(bytes(heard, process).toString()).toBe('no newline');
    host.send({ t: 'end', process });
    await host.ended(process);
  });
});
