import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Host, hasPython, openHost, PYTHON, type Run } from './host.ts';

const PART = 5;
const LAST = 6;
const STDERR = 2;
const hasMatplotlib = hasPython && spawnSync(PYTHON, ['-c', 'import matplotlib']).status === 0;

describe.skipIf(!hasMatplotlib)('figures (matplotlib)', () => {
  let host: Host;
  beforeAll(async () => {
    host = await openHost();
  });
  afterAll(async () => host.close());

  const pictures = (run: Run): readonly Buffer[] => {
    const found: Buffer[] = [];
    let parts: Buffer[] = [];
    for (const each of run.heard) {
      if (each.t !== 'content' || (each.kind !== PART && each.kind !== LAST)) continue;
      parts.push(each.text);
      if (each.kind === PART) continue;
      found.push(Buffer.concat(parts));
      parts = [];
    }
    return found;
  };
  const START = 'import matplotlib.pyplot as plt\n';

  it('are sent by show(), in their order among the output, and closed', async () => {
    const run = await host.run(
      `${START}print("a")\nplt.plot([1, 2])\nplt.figure()\nplt.show()\nprint(plt.get_fignums())`,
    );
    expect(pictures(run).map((png) => png.subarray(1, 4).toString())).toEqual(['PNG', 'PNG']);
    expect(run.text(1)).toBe('a\n[]\n');
    const kinds = run.heard.flatMap((each) => (each.t === 'content' ? [each.kind] : []));
    expect([kinds[0], kinds.at(-1)]).toEqual([1, 1]);
  });

  it('are sent by their own show() and stay open', async () => {
    const run = await host.run(`${START}f = plt.figure()\nf.show()\nprint(plt.get_fignums())`);
    expect([pictures(run).length, run.text(1), run.text(STDERR)]).toEqual([1, '[1]\n', '']);
  });

  it('arrive whole through a window narrower than they are', async () => {
    const noise = 'import os\nplt.imshow([list(os.urandom(200)) for _ in range(200)])\nplt.show()';
    const process = host.start({ source: START + noise, window: 10_000 });
    await host.until((each) => each.t === 'content' && each.channel === process);
    host.send({ t: 'window', process, upTo: 1_000_000_000 });
    await host.until((each) => each.t === 'exit' && each.process === process);
    const all = host.heard.filter((each) => each.t === 'content' && each.channel === process);
    const [png] = pictures({ heard: all } as unknown as Run);
    expect(png?.length).toBeGreaterThan(20_000);
    expect(png?.subarray(-8, -4).toString()).toBe('IEND');
  });

  it('that are too large are not sent, and said to be', async () => {
    const noise =
      'import os\nplt.figure(figsize=(20, 20))\nplt.imshow([list(os.urandom(2000)) for _ in range(2000)])\nplt.show()';
    const run = await host.run(START + noise);
    expect(pictures(run)).toEqual([]);
    expect(run.heard).toContainEqual(expect.objectContaining({ t: 'notice', notice: 'figure-too-large' }));
    expect(run.exit.code).toBe(0);
  });

  it('of a program that the program starts are not shown, and it is told', async () => {
    const inner = `${START}plt.plot([1])\nplt.show()\nprint("on")`;
    const run = await host.run(
      `import subprocess, sys\nsubprocess.run([sys.executable, "-c", ${JSON.stringify(inner)}])`,
    );
    expect([pictures(run), run.text(1), run.exit.code]).toEqual([[], 'on\n', 0]);
    expect(run.text(STDERR)).toContain('Only the program itself can show figures');
  });
});
