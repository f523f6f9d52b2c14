// `npm run bench:classroom-capacity`: 150 students at once: 100 at a REPL, 30 whose programs print once a second, 15 that
// compute 50 ms in each second, 5 in numpy loops; and somebody who presses Run again and again.
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openTab, type Person } from '../shared/classroom-client.ts';
import { people } from '../shared/classroom-people.ts';
import type { Run } from '../shared/classroom-run.ts';
import { startClassroom } from '../shared/classroom-system.ts';
import { startWitnesses } from '../shared/classroom-witnesses.ts';
import { withCleanup } from '../shared/cleanup.ts';
import { watchLoad } from '../shared/machine-load.ts';
import { family, memoryOf } from '../shared/processes.ts';
import { quantile } from '../shared/quantiles.ts';
import { untilQuiet } from '../shared/quiet.ts';
import { Random } from '../shared/random.ts';
import { printRows, saveResults } from '../shared/verdict.ts';

const TARGET_MS = 500;
const RUN_EVERY_MS = 400;
/** Out of 150. */
const SHARES = { printing: 30, computing: 15, numpy: 5 } as const;

const { values } = parseArgs({
  options: { capacity: { type: 'string', default: '150' }, seconds: { type: 'string', default: '60' } },
});
const students = Number(values.capacity);
const seconds = Number(values.seconds);
const count = (share: number) => Math.round((students * share) / 150);
const hasNumpy = can('import numpy');

const PRINTING = `import time
for line in range(${seconds}):
    print("line", line)
    time.sleep(1)`;
const COMPUTING = `import time
for line in range(${seconds}):
    end = time.perf_counter() + 0.05
    total = 0
    while time.perf_counter() < end:
        total += 1
    print("line", line)
    time.sleep(0.95)`;
const NUMPY = `${hasNumpy ? 'import numpy' : 'numpy = None'}
import time
end = time.time() + ${seconds}
line = 0
print("line", line)
while time.time() < end:
    if numpy:
        a = numpy.ones((300, 300))
        assert (a @ a)[0, 0] == 300
    else:
        assert sum(range(100_000)) == 4_999_950_000
    line += 1
    if line % 1000 == 0:
        time.sleep(0)
print("the end")`;

function can(statement: string): boolean {
  try {
    execFileSync('/usr/bin/python3', ['-c', statement], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const coresInUse = await untilQuiet();
const found = await withCleanup(async (undo) => {
  const args = ['--max-users', String(students + 10), '--max-active-runs', String(students + 50)];
  const classroom = await startClassroom({
    args: [...args, '--limits-processes-total', String(3 * students), '--memory-mib', '8192'],
  });
  undo(() => classroom.remove());
  const everybody = await people(classroom.port, students + 1);
  const presser = everybody.pop();
  if (!presser) throw new Error('nobody is there');
  process.stdout.write(`${everybody.length} students have signed in\n`);
  const take = (number: number) => everybody.splice(0, number);
  const begin = (group: readonly Person[], source: string) =>
    Promise.all(
      group.map(async (person) => {
        const tab = await openTab(person);
        await tab.roomOpen;
        return tab.start({ source });
      }),
    );
  const load = watchLoad();
  const startedMs = performance.now();
  const printing = await begin(take(count(SHARES.printing)), PRINTING);
  const computing = await begin(take(count(SHARES.computing)), COMPUTING);
  const numpy = await begin(take(count(SHARES.numpy)), NUMPY);
  const witnesses = await startWitnesses(everybody, new Random(1));
  const openMs = performance.now() - startedMs;
  process.stdout.write(`all at work after ${openMs.toFixed(0)} ms\n`);

  const pressed: number[] = [];
  const tab = await openTab(presser);
  await tab.roomOpen;
  let wrong = 0;
  for (const endMs = performance.now() + (seconds - 5) * 1000; performance.now() < endMs; ) {
    const run = await tab.start({ source: 'print("hi")' });
    await run.ended;
    if (run.text() !== 'hi\n') wrong += 1;
    pressed.push(run.firstOutputMs ?? Number.POSITIVE_INFINITY);
    await sleep(RUN_EVERY_MS);
  }
  const bytes = family(classroom.process.pid ?? 0).reduce((sum, pid) => sum + (memoryOf(pid)?.pssBytes ?? 0), 0);
  const cpuPercent = load.cpuPercent();
  await witnesses.stop();
  const lines = Array.from({ length: seconds }, (_, line) => `line ${line}\n`).join('');
  wrong += await wrongOutputs([...printing, ...computing], lines);
  wrong += await wrongOutputs(numpy, 'line 0\nthe end\n');
  const first = [...printing, ...computing, ...numpy].map((run) => run.firstOutputMs ?? Number.POSITIVE_INFINITY);
  return {
    pressed,
    first,
    wrong,
    echoMs: witnesses.echoes.map(({ tookMs }) => tookMs),
    bytes,
    cpuPercent,
    openMs,
    witnesses,
  };
});

async function wrongOutputs(runs: readonly Run[], expected: string): Promise<number> {
  await Promise.all(runs.map((run) => run.ended));
  return runs.filter((run) => run.text() !== expected).length;
}

const { pressed, first, wrong, echoMs, bytes, cpuPercent, openMs, witnesses } = found;
const figure = (of: readonly number[]) =>
  `p50 ${quantile(of, 0.5).toFixed(1)}, p99 ${quantile(of, 0.99).toFixed(1)} ms (${of.length})`;
const short = printRows(
  `${students} students at once${hasNumpy ? '' : ' (numpy is not installed: plain loops in its place)'}; others used ${coresInUse.toFixed(2)} cores before`,
  [
    {
      what: 'outputs that were wrong, lines without an answer, students thrown out',
      figure: `${wrong}, ${echoMs.filter((each) => !Number.isFinite(each)).length}, ${witnesses.troubles.length}`,
      target: '0, 0, 0',
      ok: wrong === 0 && witnesses.troubles.length === 0 && echoMs.every(Number.isFinite),
    },
    {
      what: 'message to first byte while all are at work',
      figure: figure(pressed),
      target: `p99 <= ${TARGET_MS} ms`,
      ok: quantile(pressed, 0.99) <= TARGET_MS,
    },
    { what: 'the same while the rooms were opened', figure: figure(first), target: 'for comparison', ok: true },
    {
      what: 'REPL echo',
      figure: figure(echoMs),
      target: `p99 <= ${TARGET_MS} ms`,
      ok: quantile(echoMs, 0.99) <= TARGET_MS,
    },
    { what: 'until all were at work', figure: `${openMs.toFixed(0)} ms`, target: 'for comparison', ok: true },
    {
      what: 'CPU of the machine; memory of the classroom (PSS)',
      figure: `${cpuPercent.toFixed(0)} %; ${(bytes / 2 ** 20).toFixed(0)} MB`,
      target: 'for comparison',
      ok: true,
    },
  ],
);
for (const trouble of witnesses.troubles.slice(0, 5)) process.stdout.write(`        ${trouble}\n`);
const quantiles = (of: readonly number[]) => ({
  p50Ms: quantile(of, 0.5),
  p99Ms: quantile(of, 0.99),
  count: of.length,
});
saveResults('classroom-capacity', {
  students,
  wrong,
  firstByte: quantiles(pressed),
  whileOpening: quantiles(first),
  echo: quantiles(echoMs),
  openMs,
  cpuPercent,
  bytes,
  troubles: witnesses.troubles,
});
process.exitCode = short === 0 ? 0 : 1;
