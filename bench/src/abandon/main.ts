// `npm run bench:abandon`: 200 tests are started and abandoned at random moments in random manners; afterwards nothing of
// them may be left on the server. `-- --seed N` repeats a run.
// What the server holds is read from the kernel (sockets, descriptors, files), from `/stats`, and from the event loops
// of its processes, before the tests and after. Clients that vanished keep their sockets open until the end.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startSystem } from '@rowhouse/e2e';
import { withCleanup } from '../shared/cleanup.ts';
import { memoryOf, serverProcesses } from '../shared/processes.ts';
import { Random } from '../shared/random.ts';
import { loopback } from '../shared/tickets.ts';
import { printRows, type Row, saveResults } from '../shared/verdict.ts';
import { type Abandoned, abandonTest } from './client.ts';
import { activeResources, type Resources } from './inspect.ts';
import { type Holdings, holdings } from './leftovers.ts';
import { readStats } from './stats.ts';

const TESTS = 200;
const AT_ONCE = 10;
/** A test may be without a sign of life for 20 s and a request's body may take 90 s; then everything must be gone. */
const DEADLINE_S = 120;

const { values } = parseArgs({ options: { seed: { type: 'string' } } });
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
process.stdout.write(`seed ${seed}; repeat with: npm run bench:abandon -- --seed ${seed}\n`);

interface View extends Holdings {
  readonly tests: number;
  readonly loads: number;
  readonly mainLoop: Resources;
  readonly pingLoop: Resources;
  readonly mainRssBytes: number;
  readonly pingRssBytes: number;
}

const outcome = await withCleanup(async (undo) => {
  const temporaryFolder = mkdtempSync(path.join(tmpdir(), 'rowhouse-abandon-'));
  undo(() => rmSync(temporaryFolder, { recursive: true, force: true }));
  process.env.TMPDIR = temporaryFolder; // inherited by the servers
  const system = await startSystem();
  undo(() => system.stop());
  const { mainPort, pingPort } = system;
  const pids = serverProcesses(system.process.pid ?? 0);
  const held = () => holdings([pids.main, pids.ping], [mainPort, pingPort], temporaryFolder);
  const look = async (): Promise<View> => {
    const { tests, loads } = await readStats(mainPort);
    await sleep(200); // the connection of that question is gone
    return {
      ...held(),
      tests: Number(tests),
      loads: Number(loads),
      mainLoop: await activeResources(pids.main),
      pingLoop: await activeResources(pids.ping),
      mainRssBytes: memoryOf(pids.main)?.rssBytes ?? 0,
      pingRssBytes: memoryOf(pids.ping)?.rssBytes ?? 0,
    };
  };

  await sleep(2000);
  await look(); // the first look opens what stays open from then on (the inspector's own)
  const before = await look();

  const abandoned: Abandoned[] = [];
  undo(() => {
    for (const socket of abandoned.flatMap((each) => each.left)) socket.destroy();
  });
  let next = 0;
  let most = 0;
  const worker = async () => {
    while (next < TESTS) {
      const number = next;
      next += 1;
      const random = new Random(Math.imul(seed + number, 0x9e3779b1));
      abandoned.push(await abandonTest({ random, mainPort, pingPort, from: loopback(number) }));
      most = Math.max(most, held().connections);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));

  const lastMs = performance.now();
  const waitedS = () => (performance.now() - lastMs) / 1000;
  let releasedS: number | undefined;
  for (let now = held(); now.connections > 0 && waitedS() < DEADLINE_S; now = held()) {
    if (now.descriptors <= before.descriptors) releasedS ??= waitedS();
    await sleep(250);
  }
  const goneS = waitedS();
  await sleep(6000); // a test without its telemetry socket is remembered for 5 s
  return { before, after: await look(), abandoned, most, goneS, releasedS: releasedS ?? goneS };
});

const { before, after, abandoned, most, goneS, releasedS } = outcome;
const tally = (of: (each: Abandoned) => string) => {
  const counts: Record<string, number> = {};
  for (const each of abandoned) counts[of(each)] = (counts[of(each)] ?? 0) + 1;
  return counts;
};
const moments = tally((each) => each.moment);
const manners = tally((each) => each.manner);
const list = (counts: Resources) =>
  Object.entries(counts)
    .map(([key, count]) => `${key} ${count}`)
    .join(', ');
const timers = (loop: Resources) => (loop.Timeout ?? 0) + (loop.Immediate ?? 0);
const none = (what: string, count: number, baseline = 0): Row => ({
  what,
  figure: `${count - baseline}`,
  target: '0',
  ok: count - baseline <= 0,
});

const rows: Row[] = [
  {
    what: `tests abandoned (${list(moments)}; ${list(manners)})`,
    figure: `${abandoned.length}, up to ${most} connections at once`,
    target: `${TESTS}`,
    ok: abandoned.length === TESTS && most > 0,
  },
  none('connections left, in any state of the kernel', after.connections, before.connections),
  none('tests left, by /stats', after.tests),
  none('loads left, by /stats', after.loads),
  none('timers left in the main process, above idle', timers(after.mainLoop), timers(before.mainLoop)),
  none('timers left in the ping process, above idle', timers(after.pingLoop), timers(before.pingLoop)),
  none('descriptors left in both, above idle', after.descriptors, before.descriptors),
  none('open files left in both, above idle', after.files, before.files),
  none('temporary files left', after.temporaryFiles, before.temporaryFiles),
  {
    what: 'time until the processes held none; until the kernel did (it keeps FIN-WAIT-2 for a minute)',
    figure: `${releasedS.toFixed(1)} s; ${goneS.toFixed(1)} s`,
    target: `<= ${DEADLINE_S} s`,
    ok: goneS < DEADLINE_S,
  },
];
const short = printRows(`${TESTS} abandoned tests: seed ${seed}`, rows);
saveResults('abandon', { seed, moments, manners, most, releasedS, goneS, before, after, rows });
process.exitCode = short === 0 ? 0 : 1;
