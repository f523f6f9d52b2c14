// `npm run bench:household-interference`: what Alex's path notices of 50 computers that saturate their own process, and
// beside it the same with one process for everybody (VH_ENABLE_MULTIPROCESS=false).
// Idle and loaded rounds take turns. The computers' readers run in the background class of the kernel's scheduler and
// Alex in the realtime class, because both stand in for other machines. The computers are a further user type with a
// process of its own: 50 times 4 Gbit/s, more than one core can send.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSystem } from '@rowhouse/e2e';
import { withCleanup } from '../shared/cleanup.ts';
import { cpuSeconds } from '../shared/processes.ts';
import { runProgram } from '../shared/programs.ts';
import { median, quantile } from '../shared/quantiles.ts';
import { untilQuiet } from '../shared/quiet.ts';
import { loopback } from '../shared/tickets.ts';
import { printRows, type Row, saveResults } from '../shared/verdict.ts';
import { type Computers, startComputers, writeFastComputer } from './computers.ts';
import type { ProberResult, ProberSettings } from './prober.ts';

const ROUNDS = { isolated: 8, shared: 4 } as const;
type Kind = keyof typeof ROUNDS;
const ROUND_S = 10;
const MARGIN_MS = 1;
/** A round in which the computers' process got less of a core is no round under load: somebody else had the machine. */
const SATURATED = 0.8;

type Channel = 'websocket' | 'dataChannel';
const CHANNELS = { websocket: 'WebSocket', dataChannel: 'UDP' } as const;

interface Round {
  readonly probes: ProberResult;
  /** CPU seconds per second of the process that serves the computers. */
  readonly cpu: number;
  /** What the computers received in all, in Mbit/s. */
  readonly mbps: number;
}

interface Rounds {
  readonly idle: Round[];
  readonly loaded: Round[];
}

let address = 0;

async function measure(kind: Kind): Promise<Rounds> {
  return withCleanup(async (undo) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'rowhouse-interference-'));
    undo(() => rmSync(folder, { recursive: true, force: true }));
    const users = path.join(folder, 'users.json');
    writeFastComputer(users);
    const mode = kind === 'shared' ? ['--multiprocess', 'false'] : [];
    const system = await startSystem(['--log-level', 'warn', '--household-users', users, ...mode]);
    undo(() => system.stop());
    const { mainPort } = system;

    const round = async (computers?: Computers): Promise<Round> => {
      const settings: ProberSettings = { mainPort, from: loopback((address += 1)), seconds: ROUND_S };
      const prober = runProgram(path.join(import.meta.dirname, 'prober.ts'), settings, 'realtime');
      undo(() => prober.kill());
      const before = { bytes: computers?.bytes() ?? 0, cpuS: cpuSeconds(computers?.pid ?? 0), ms: performance.now() };
      const probes = (await prober.result) as ProberResult;
      const seconds = (performance.now() - before.ms) / 1000;
      return {
        probes,
        cpu: (cpuSeconds(computers?.pid ?? 0) - before.cpuS) / seconds,
        mbps: ((computers?.bytes() ?? 0) - before.bytes) / 125_000 / seconds,
      };
    };

    const rounds: Rounds = { idle: [], loaded: [] };
    const wanted = ROUNDS[kind];
    for (let i = 0; i < 2 * wanted && rounds.loaded.length < wanted; i += 1) {
      const coresInUse = await untilQuiet();
      const quiet = await round();
      const computers = await startComputers(system, 1000 + 100 * i, undo);
      const busy = await round(computers);
      await computers.stop();
      await sleep(1000);
      // The last attempts count whatever they were, so that a machine that is never quiet shows in the figures.
      const counts = busy.cpu >= SATURATED || 2 * wanted - i <= wanted - rounds.loaded.length;
      if (counts) {
        rounds.idle.push(quiet);
        rounds.loaded.push(busy);
      }
      const p99 = (each: Round) => quantile(each.probes.websocket.rttsMs, 0.99).toFixed(2);
      process.stdout.write(`${kind}: p99 idle ${p99(quiet)}, loaded ${p99(busy)} ms; the computers' process `);
      process.stdout.write(`${(100 * busy.cpu).toFixed(0)} %, ${(busy.mbps / 1000).toFixed(1)} Gbit/s; `);
      process.stdout.write(`others ${coresInUse.toFixed(2)} cores before${counts ? '' : '; does not count'}\n`);
    }
    return rounds;
  });
}

const results = { isolated: await measure('isolated'), shared: await measure('shared') };

const summary = (rounds: readonly Round[], channel: Channel) => {
  const runs = rounds.flatMap((each) => each.probes[channel] ?? []);
  const all = runs.flatMap((run) => run.rttsMs);
  return {
    count: all.length,
    unanswered: runs.reduce((sum, run) => sum + run.unanswered, 0),
    p50Ms: quantile(all, 0.5),
    p99Ms: quantile(all, 0.99),
    maxMs: quantile(all, 1),
  };
};
const game = (rounds: readonly Round[]) => ({
  delivered: Math.min(...rounds.map((each) => each.probes.game.delivered)),
  lateP99Ms: median(rounds.map((each) => each.probes.game.lateP99Ms)),
});
const figures = (['isolated', 'shared'] as const).flatMap((kind) =>
  (['websocket', 'dataChannel'] as const).map((channel) => ({
    kind,
    channel,
    idle: summary(results[kind].idle, channel),
    loaded: summary(results[kind].loaded, channel),
  })),
);

const rows = (['isolated', 'shared'] as const).flatMap((kind): Row[] => {
  const { idle, loaded } = results[kind];
  const cpu = median(loaded.map((each) => each.cpu));
  const gbps = median(loaded.map((each) => each.mbps)) / 1000;
  const judged = kind === 'isolated';
  const [before, after] = [game(idle), game(loaded)];
  return [
    {
      what: `${kind}: the computers' process while loaded`,
      figure: `${(cpu * 100).toFixed(0)} % of a core, ${gbps.toFixed(1)} Gbit/s`,
      target: judged ? `at least ${SATURATED * 100} % (saturated)` : 'for comparison',
      ok: !judged || cpu >= SATURATED,
    },
    ...figures
      .filter((figure) => figure.kind === kind && figure.loaded.count > 0)
      .map(({ channel, idle: quiet, loaded: busy }): Row => {
        const limitMs = quiet.p99Ms + MARGIN_MS;
        return {
          what: `${kind}: alex's path, ${CHANNELS[channel]} (idle p50 ${quiet.p50Ms.toFixed(2)}, p99 ${quiet.p99Ms.toFixed(2)} ms)`,
          figure:
            `p50 ${busy.p50Ms.toFixed(2)}, p99 ${busy.p99Ms.toFixed(2)}, max ${busy.maxMs.toFixed(1)} ms, ` +
            `${busy.unanswered} of ${busy.count + busy.unanswered} unanswered`,
          target: judged ? `p99 <= ${limitMs.toFixed(2)} ms, all answered` : 'for comparison',
          ok: !judged || (busy.p99Ms <= limitMs && busy.unanswered === 0),
        };
      }),
    {
      what: `${kind}: alex's game, states delivered and late (p99), idle -> loaded`,
      figure:
        `${(100 * before.delivered).toFixed(1)} -> ${(100 * after.delivered).toFixed(1)} %, ` +
        `${before.lateP99Ms.toFixed(2)} -> ${after.lateP99Ms.toFixed(2)} ms`,
      target: 'for comparison',
      ok: true,
    },
  ];
});
const short = printRows("Alex's path latency while 50 computers saturate their process", rows);
saveResults('household-interference', { rounds: ROUNDS, roundS: ROUND_S, rows, figures });
process.exitCode = short === 0 ? 0 : 1;
