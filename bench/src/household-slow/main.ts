// `npm run bench:household-slow`: what the other sessions of a process notice of one that stops reading and of one on a
// line of 2 Mbit/s. Rounds without and with both take turns; each is compared with the one beside it.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { HOUSEHOLD_PROFILES } from '@rowhouse/bufferbloat-protocol';
import { type Lab, openLab } from '@rowhouse/linklab';
import type { ClientsResult, ClientsSettings } from '../household/clients.ts';
import { withCleanup } from '../shared/cleanup.ts';
import { median } from '../shared/quantiles.ts';
import { untilQuiet } from '../shared/quiet.ts';
import { printRows, type Row, saveResults } from '../shared/verdict.ts';
import type { NuisanceSettings } from './nuisance.ts';

const ROUNDS = 5;
/** Within the server's patience with a client that answers no ping. */
const MEASURE_MS = 5000;
const SETTLE_MS = 2000;
const SLOW_MBPS = 2;
const QUEUE_MS = 200;
/** As many as leave the processors room: it is the difference that counts. */
const USERS = [
  { userId: 'computer', sessions: 20 },
  { userId: 'alex', sessions: 50 },
] as const;
const RATE_SHARE = 0.02;
const P99_MS = 1;
const MAIN_PORT = 8000;
const SERVER = path.join(import.meta.dirname, '../../../bufferbloat/server/dist/main.js');

interface Round {
  readonly share: number;
  readonly p99Ms: number;
}

const program = (file: string) => path.join(import.meta.dirname, file);
const run = (lab: Lab, end: 'client' | 'server', file: string, settings: object): ChildProcess =>
  lab.spawn(end, process.execPath, ['--import', 'tsx', '--conditions=source', file, JSON.stringify(settings)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });

/** Resolves when a program has said something. */
async function heard(child: ChildProcess): Promise<void> {
  if (child.stdout) await Promise.race([once(child.stdout, 'data'), once(child, 'exit').then(() => fail())]);
}

function fail(): never {
  throw new Error('a program of this bench ended before its time');
}

async function dismiss(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) fail();
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

const results = await withCleanup(async (undo) => {
  const line = { rateMbps: SLOW_MBPS, queueMs: QUEUE_MS };
  const lab = await openLab({ down: line, up: line });
  undo(() => lab.close());
  const server = lab.spawn('server', process.execPath, [SERVER, '--tests-per-process', '500'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve) => {
    server.stdout?.on('data', (data: Buffer) => {
      if (data.includes('healthy')) resolve();
    });
  });
  let firstAddress = 0;

  const measure = async ({ userId, sessions }: (typeof USERS)[number]): Promise<Round> => {
    const userPort = HOUSEHOLD_PROFILES.find(({ id }) => id === userId)?.port ?? 0;
    const settings: ClientsSettings = {
      mainPort: MAIN_PORT,
      userPort,
      userId,
      sessions,
      firstAddress: (firstAddress += sessions),
      settleMs: SETTLE_MS,
      measureMs: MEASURE_MS,
    };
    const clients = run(lab, 'server', program('../household/clients.ts'), settings);
    let text = '';
    clients.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
    await once(clients, 'close');
    const { figures } = JSON.parse(text) as ClientsResult;
    return {
      share: Math.min(...figures.map(({ downloadShare }) => downloadShare)),
      p99Ms: Math.max(...figures.map(({ p99Ms }) => p99Ms)),
    };
  };
  const beside = async (user: (typeof USERS)[number]): Promise<Round> => {
    const { userId } = user;
    const common = { mainPort: MAIN_PORT, userId };
    const stopped: NuisanceSettings = { ...common, host: '127.0.0.1', kind: 'stopped' };
    const slow: NuisanceSettings = { ...common, host: lab.serverAddress, kind: 'slow' };
    const nuisances = [
      run(lab, 'server', program('nuisance.ts'), stopped),
      run(lab, 'client', program('nuisance.ts'), slow),
    ];
    await Promise.all(nuisances.map(heard));
    const round = await measure(user);
    for (const nuisance of nuisances) await dismiss(nuisance);
    return round;
  };

  const all = USERS.map((user) => ({ user, pairs: [] as { without: Round; with: Round }[] }));
  for (const { user } of all) await measure(user); // everything is compiled and cached
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { user, pairs } of all) {
      await untilQuiet();
      // Every other round the other way round, so that a trend on the machine evens out.
      const even = round % 2 === 0;
      const first = even ? await measure(user) : await beside(user);
      const second = even ? await beside(user) : await measure(user);
      pairs.push(even ? { without: first, with: second } : { without: second, with: first });
    }
    process.stderr.write(`round ${round + 1} of ${ROUNDS}\n`);
  }
  return all;
});

const rows = results.flatMap(({ user, pairs }): Row[] => {
  const what = `${user.sessions} sessions of ${user.userId}`;
  const rateShare = median(pairs.map((pair) => pair.with.share / pair.without.share));
  const addedMs = median(pairs.map((pair) => pair.with.p99Ms - pair.without.p99Ms));
  const withoutMs = median(pairs.map((pair) => pair.without.p99Ms));
  return [
    {
      what: `${what}: rate of the slowest, with over without`,
      figure: `x ${rateShare.toFixed(4)} (of what is wanted: ${median(pairs.map((pair) => pair.with.share)).toFixed(4)})`,
      target: `within ${100 * RATE_SHARE} %`,
      ok: Math.abs(rateShare - 1) <= RATE_SHARE,
    },
    {
      what: `${what}: p99 lateness of the latest`,
      figure: `${withoutMs.toFixed(2)} ms ${addedMs >= 0 ? '+' : ''}${addedMs.toFixed(2)} ms`,
      target: `within ${P99_MS} ms`,
      ok: Math.abs(addedMs) <= P99_MS,
    },
  ];
});
saveResults('household-slow', { rounds: ROUNDS, measureMs: MEASURE_MS, slowMbps: SLOW_MBPS, rows, results });
const title = 'One session that stops reading and one on 2 Mbit/s: what the others of their process notice';
process.exitCode = printRows(title, rows) === 0 ? 0 : 1;
