// `npm run bench:slow-readers`: what everybody else notices of one client that stops reading, and of 50.
// Rounds without, with one and with 50 of them take turns; each is compared with the round without beside it. Whoever
// measures runs in the kernel's realtime class, because it stands in for another machine.
import path from 'node:path';
import { startSystem } from '@rowhouse/e2e';
import type { ProberResult, ProberSettings } from '../latency/prober.ts';
import { withCleanup } from '../shared/cleanup.ts';
import { runProgram } from '../shared/programs.ts';
import { median, quantile } from '../shared/quantiles.ts';
import { loopback, takeTicket } from '../shared/tickets.ts';
import { printRows, type Row, saveResults } from '../shared/verdict.ts';
import type { WitnessResult, WitnessSettings } from '../shared/witness.ts';
import { stall } from './stalled.ts';

const ROUNDS = 6;
/** Shorter than the server's patience with a reader that stops. */
const ROUND_S = 5;
const RATE_MBPS = 200;
const COUNTS = [1, 50] as const;
const RATE_SHARE = 0.02;
const P99_MS = 1;

const PATHS = { websocket: 'ping process, WebSocket', dataChannel: 'ping process, UDP', main: 'main process, HTTP' };
type Path = keyof typeof PATHS;

interface Round {
  readonly mbps: number;
  readonly p99Ms: Readonly<Record<Path, number>>;
  readonly unanswered: number;
}

const inBench = (file: string) => path.join(import.meta.dirname, '..', file);

const rounds = await withCleanup(async (undo) => {
  const system = await startSystem();
  undo(() => system.stop());
  const { mainPort, pingPort } = system;
  let address = 0;

  const measure = async (): Promise<Round> => {
    const from = loopback((address += 1));
    const { token } = await takeTicket(mainPort, from);
    const prober: ProberSettings = { mainPort, pingPort, token, from, seconds: ROUND_S };
    const witness: WitnessSettings = {
      mainPort,
      pingPort,
      from: loopback((address += 1)),
      seconds: ROUND_S,
      rateMbps: RATE_MBPS,
    };
    const programs = [
      runProgram(inBench('latency/prober.ts'), prober, 'realtime'),
      runProgram(inBench('shared/witness.ts'), witness, 'realtime'),
    ] as const;
    for (const program of programs) undo(() => program.kill());
    const probes = (await programs[0].result) as ProberResult;
    const { mbps } = (await programs[1].result) as WitnessResult;
    const p99 = (which: Path) => quantile(probes[which].rttsMs, 0.99);
    return {
      mbps,
      p99Ms: { websocket: p99('websocket'), dataChannel: p99('dataChannel'), main: p99('main') },
      unanswered: Object.values(probes).reduce((sum, run) => sum + run.unanswered, 0),
    };
  };

  const beside = async (count: number): Promise<Round> => {
    const stalled = await stall(mainPort, loopback(5000 + (address += 1)), count);
    const round = await measure();
    if (!stalled.held()) throw new Error('the server let go of a slow reader before the round was over');
    stalled.end();
    return round;
  };

  await measure(); // everything is compiled and cached
  const pairs = COUNTS.map((count) => ({ count, pairs: [] as { without: Round; with: Round }[] }));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const each of pairs) {
      // Every other round the other way round, so that a trend on the machine evens out.
      const first = round % 2 === 0 ? await measure() : await beside(each.count);
      const second = round % 2 === 0 ? await beside(each.count) : await measure();
      each.pairs.push(round % 2 === 0 ? { without: first, with: second } : { without: second, with: first });
    }
    process.stderr.write(`round ${round + 1} of ${ROUNDS}\n`);
  }
  return pairs;
});

const rows = rounds.flatMap(({ count, pairs }): Row[] => {
  const readers = count === 1 ? '1 slow reader' : `${count} slow readers`;
  const rateShare = median(pairs.map((pair) => pair.with.mbps / pair.without.mbps));
  const unanswered = pairs.reduce((sum, pair) => sum + pair.with.unanswered, 0);
  const latency = (Object.keys(PATHS) as Path[]).map((which): Row => {
    const without = median(pairs.map((pair) => pair.without.p99Ms[which]));
    const beside = median(pairs.map((pair) => pair.with.p99Ms[which]));
    const addedMs = median(pairs.map((pair) => pair.with.p99Ms[which] - pair.without.p99Ms[which]));
    return {
      what: `${readers}: p99 of probes, ${PATHS[which]}`,
      figure: `${without.toFixed(2)} -> ${beside.toFixed(2)} ms (${addedMs >= 0 ? '+' : ''}${addedMs.toFixed(2)})`,
      target: `within ${P99_MS} ms`,
      ok: Math.abs(addedMs) <= P99_MS && unanswered === 0,
    };
  });
  const mbps = median(pairs.map((pair) => pair.with.mbps));
  return [
    {
      what: `${readers}: a download of ${RATE_MBPS} Mbit/s beside`,
      figure: `${mbps.toFixed(1)} Mbit/s (x ${rateShare.toFixed(4)})`,
      target: `within ${100 * RATE_SHARE} %`,
      ok: Math.abs(rateShare - 1) <= RATE_SHARE,
    },
    ...latency,
  ];
});
saveResults('slow-readers', { rounds: ROUNDS, roundS: ROUND_S, rateMbps: RATE_MBPS, rows });
process.exitCode = printRows('Slow readers: what everybody else notices', rows) === 0 ? 0 : 1;
