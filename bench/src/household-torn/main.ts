// `npm run bench:household-torn`: 2,000 sessions are opened and torn at random moments in random manners; afterwards
// nothing of them may be left. `-- --seed N` repeats a run.
// The same work is done twice: the first time heaps, pools and compiled code grow to what that work needs, and the second
// time must add nothing. Both times it is waited until the kernel holds no connection any more; then what the processes
// hold is read from the kernel (sockets, descriptors, resident memory), from its statistics and from their event loops. Memory
// is what is resident after a garbage collection that the bench asks for, so that what is left is what is held.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { HOUSEHOLD_PATHS } from '@rowhouse/bufferbloat-protocol';
import { startSystem, userProcesses } from '@rowhouse/e2e';
import { activeResources } from '../abandon/inspect.ts';
import { holdings } from '../abandon/leftovers.ts';
import { withCleanup } from '../shared/cleanup.ts';
import { askJson } from '../shared/json.ts';
import { memoryOf, serverProcesses } from '../shared/processes.ts';
import { Random } from '../shared/random.ts';
import { loopback } from '../shared/tickets.ts';
import { printRows, type Row, saveResults } from '../shared/verdict.ts';
import { tearSession, type Torn } from './client.ts';

const SESSIONS = 2000;
const AT_ONCE = 40;
/** Every so many go through the main server, which passes them on. */
const PASSED_ON_SHARE = 0.2;
/** A session may be silent for 30 s, and the kernel keeps a half-closed connection for a minute. */
const DEADLINE_S = 150;
const SETTLE_MS = 6000;
const GROWTH = 0.05;
/** Peers that vanished keep their places until the server notices: 400 of them, and the ones that are at work. */
const ROOM = ['--tests-per-process', '600', '--limits-sessions-per-address', '600'];

const { values } = parseArgs({ options: { seed: { type: 'string' } } });
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
process.stdout.write(`seed ${seed}; repeat with: npm run bench:household-torn -- --seed ${seed}\n`);

interface ProcessView {
  readonly name: string;
  readonly timers: number;
  readonly sockets: number;
  readonly rssBytes: number;
}

interface View {
  readonly sessions: number;
  readonly connections: number;
  readonly descriptors: number;
  readonly processes: readonly ProcessView[];
}

interface Round {
  readonly torn: readonly Torn[];
  readonly failures: readonly string[];
  readonly most: number;
  readonly goneS: number;
  readonly view: View;
}

const { before, warm, round } = await withCleanup(async (undo) => {
  const temporaryFolder = mkdtempSync(path.join(tmpdir(), 'rowhouse-torn-'));
  undo(() => rmSync(temporaryFolder, { recursive: true, force: true }));
  process.env.TMPDIR = temporaryFolder; // inherited by the servers
  const system = await startSystem(['--log-level', 'warn', ...ROOM]);
  undo(() => system.stop());
  const { mainPort, pingPort } = system;
  const supervisor = system.process.pid ?? 0;
  const { main } = serverProcesses(supervisor);
  const programs = [
    { name: 'main', pid: main, port: mainPort },
    ...(await userProcesses(system)).map(({ userId, ...each }) => ({ name: userId, ...each })),
  ];
  const pids = programs.map(({ pid }) => pid);
  const ports = [...programs.map(({ port }) => port), pingPort];
  const held = () => holdings(pids, ports, temporaryFolder);

  const look = async (): Promise<View> => {
    const processes: ProcessView[] = [];
    const { sessions } = (await askJson({ port: mainPort, path: HOUSEHOLD_PATHS.stats })).body as { sessions: number };
    await sleep(200); // the connection of that question is gone
    for (const { name, pid } of programs) {
      const loop = await activeResources(pid, { collectGarbage: true });
      processes.push({
        name,
        timers: (loop.Timeout ?? 0) + (loop.Immediate ?? 0),
        sockets: loop.TCPSocketWrap ?? 0,
        rssBytes: memoryOf(pid)?.rssBytes ?? Number.NaN,
      });
    }
    const { connections, descriptors } = held();
    return { sessions, connections, descriptors, processes };
  };

  const tearAll = async (offset: number, idleConnections: number): Promise<Round> => {
    const torn: Torn[] = [];
    const failures: string[] = [];
    let next = 0;
    let most = 0;
    const worker = async () => {
      while (next < SESSIONS) {
        const number = offset + next;
        next += 1;
        const random = new Random(Math.imul(seed + number, 0x9e3779b1));
        const passedOn = random.chance(PASSED_ON_SHARE);
        try {
          torn.push(await tearSession({ random, mainPort, from: loopback(number), passedOn }));
        } catch (error) {
          failures.push(String(error));
        }
        if (number % 20 === 0) most = Math.max(most, held().connections);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    const lastMs = performance.now();
    const waitedS = () => (performance.now() - lastMs) / 1000;
    while (held().connections > idleConnections && waitedS() < DEADLINE_S) await sleep(250);
    const goneS = waitedS();
    await sleep(SETTLE_MS);
    const view = await look();
    for (const socket of torn.flatMap((each) => each.left)) socket.destroy();
    return { torn, failures, most, goneS, view };
  };

  await sleep(2000);
  await look(); // the first look opens what stays open from then on (the inspector's own)
  const idle = await look();
  const { connections } = idle; // of the main server to the others
  return { before: idle, warm: await tearAll(0, connections), round: await tearAll(SESSIONS, connections) };
});

const tally = (of: (each: Torn) => string): string => {
  const counts = new Map<string, number>();
  for (const each of round.torn) counts.set(of(each), (counts.get(of(each)) ?? 0) + 1);
  return [...counts].map(([key, count]) => `${key} ${count}`).join(', ');
};
const total = (view: View, of: (each: ProcessView) => number) =>
  view.processes.reduce((sum, each) => sum + of(each), 0);
const none = (what: string, of: (view: View) => number): Row => {
  const left = [warm, round].map(({ view }) => of(view) - of(before));
  return { what, figure: left.join(', '), target: '0', ok: left.every((each) => each <= 0) };
};
const growth = (of: (view: View) => number) => of(round.view) / of(warm.view) - 1;
const memoryRow = (what: string, of: (view: View) => number): Row => {
  const mb = [before, warm.view, round.view].map((view) => (of(view) / 1e6).toFixed(1));
  return {
    what,
    figure: `${mb.join(' -> ')} MB (${(100 * growth(of)).toFixed(1)} %)`,
    target: `at most +${100 * GROWTH} % from the second to the third`,
    ok: growth(of) <= GROWTH,
  };
};

const rows: Row[] = [
  {
    what: 'sessions torn',
    figure: `${warm.torn.length} and ${round.torn.length}, up to ${round.most} connections at once`,
    target: `${SESSIONS} twice`,
    ok: warm.torn.length === SESSIONS && round.torn.length === SESSIONS,
  },
  none('sessions left, by the household’s statistics', (view) => view.sessions),
  none('timers left in the event loops, above idle', (view) => total(view, (each) => each.timers)),
  none('sockets left in the event loops, above idle', (view) => total(view, (each) => each.sockets)),
  none('connections left, in any state of the kernel', (view) => view.connections),
  none('descriptors left, above idle', (view) => view.descriptors),
  memoryRow('memory of all of them: idle, after the first time, after the second', (view) =>
    total(view, (each) => each.rssBytes),
  ),
  ...before.processes.map(({ name }) =>
    memoryRow(`memory of ${name}`, (view) => view.processes.find((each) => each.name === name)?.rssBytes ?? 0),
  ),
  {
    what: 'time until the kernel held none (it keeps FIN-WAIT-2 for a minute)',
    figure: `${warm.goneS.toFixed(1)}, ${round.goneS.toFixed(1)} s`,
    target: `<= ${DEADLINE_S} s`,
    ok: Math.max(warm.goneS, round.goneS) < DEADLINE_S,
  },
];
for (const of of [(each: Torn) => each.moment, (each: Torn) => each.manner, (each: Torn) => each.userId]) {
  process.stdout.write(`${tally(of)}\n`);
}
process.stdout.write(`${round.torn.filter((each) => each.opened).length} were taken by the server before that\n`);
const short = printRows(`${SESSIONS} torn sessions, twice: seed ${seed}`, rows);
const failures = [...warm.failures, ...round.failures].slice(0, 10);
saveResults('household-torn', { seed, rows, failures, before, warm: warm.view, after: round.view });
process.exitCode = short === 0 ? 0 : 1;
