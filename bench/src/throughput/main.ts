// How fast /download and /upload are beside nginx, a bare Node server and a bare reader, and what they cost.
import path from 'node:path';
import { withCleanup } from '../shared/cleanup.ts';
import { runProgram } from '../shared/programs.ts';
import { median } from '../shared/quantiles.ts';
import { printRows, type Row, saveResults } from '../shared/verdict.ts';
import { createCertificate } from './certificate.ts';
import type { ClientSettings, Job, Outcome } from './job.ts';
import { type ContenderName, type Field, type FieldKey, startServers } from './servers.ts';

const ROUNDS = 5;
const CONNECTIONS = [1, 4, 16];
const WARM_UP_MS = 150;
const WINDOW_MS = 700;

interface Race extends FieldKey {
  readonly connections: number;
  readonly field: Field;
  /** By contender, one outcome a round. */
  readonly outcomes: Map<ContenderName, Outcome[]>;
}

type Figure = keyof Outcome;

/** The median over the rounds; `NaN` for a rival that was missing. */
const middle = (race: Race, name: ContenderName, figure: Figure): number =>
  median((race.outcomes.get(name) ?? []).map((outcome) => outcome[figure]));

/** Ours over a rival's, pair by pair in each round, so that what disturbs one round disturbs both; then the median. */
function ratio(race: Race, rival: ContenderName, figure: Figure): number {
  const theirs = race.outcomes.get(rival) ?? [];
  const ours = race.outcomes.get('rowhouse') ?? [];
  return median(theirs.map((outcome, round) => (ours[round]?.[figure] ?? Number.NaN) / outcome[figure]));
}

async function runRound(races: readonly Race[], round: number): Promise<void> {
  for (const race of races) {
    // Every other round in reverse, so that nobody always comes after the same one.
    const names = Object.keys(race.field) as ContenderName[];
    const order = round % 2 === 0 ? names : names.toReversed();
    const jobs: Job[] = [];
    for (const name of order) {
      const contender = race.field[name];
      if (!contender) continue;
      const { direction, encrypted, connections } = race;
      const { port, pids, requests } = contender;
      const target = await contender.target();
      jobs.push({ server: name, direction, encrypted, connections, port, pids, requests, target });
    }
    const settings: ClientSettings = { jobs, warmUpMs: WARM_UP_MS, windowMs: WINDOW_MS };
    const outcomes = (await runProgram(path.join(import.meta.dirname, 'programs/client.ts'), settings)
      .result) as Outcome[];
    for (const [index, job] of jobs.entries()) {
      const outcome = outcomes[index];
      if (outcome) race.outcomes.get(job.server as ContenderName)?.push(outcome);
    }
  }
}

function rowsOf(race: Race): Row[] {
  const name = `${race.direction}${race.encrypted ? ' TLS' : ''}, ${race.connections} connections`;
  const row = (rival: ContenderName, label: string, figure: Figure, least: number): Row => {
    const unit = figure === 'gigabytesPerS' ? 'GB/s' : 'GB per CPU s';
    const found = ratio(race, rival, figure);
    const theirs = middle(race, rival, figure);
    const beside = Number.isNaN(theirs) ? 'missing' : `${theirs.toFixed(2)} ${unit}`;
    return {
      what: `${name}: ${unit}`,
      figure: `${middle(race, 'rowhouse', figure).toFixed(2)}; ${label} ${beside} (x ${found.toFixed(2)})`,
      target: `>= ${least} x ${label}`,
      ok: found >= least,
    };
  };
  if (race.direction === 'upload') return [row('bare', 'bare reader', 'gigabytesPerCpuS', 0.9)];
  const bare = race.encrypted ? 'bare tls' : 'bare net';
  return [row('nginx', 'nginx', 'gigabytesPerS', race.encrypted ? 1.3 : 1), row('bare', bare, 'gigabytesPerCpuS', 0.9)];
}

const short = await withCleanup(async (undo) => {
  const certificate = createCertificate();
  undo(() => certificate.remove());
  const fieldOf = await startServers(certificate, undo);
  const races: Race[] = (['download', 'upload'] as const).flatMap((direction) =>
    [false, true].flatMap((encrypted) =>
      CONNECTIONS.map((connections) => ({
        direction,
        encrypted,
        connections,
        field: fieldOf({ direction, encrypted }),
        outcomes: new Map([['rowhouse', []] as const, ['nginx', []] as const, ['bare', []] as const]),
      })),
    ),
  );
  for (let round = 0; round < ROUNDS; round += 1) {
    process.stderr.write(`round ${round + 1} of ${ROUNDS}\n`);
    await runRound(races, round);
  }
  const rows = races.flatMap(rowsOf);
  const figures = races.map((race) => ({
    direction: race.direction,
    encrypted: race.encrypted,
    connections: race.connections,
    ...Object.fromEntries(
      [...race.outcomes.keys()].map((name) => [
        name,
        {
          gigabytesPerS: middle(race, name, 'gigabytesPerS'),
          gigabytesPerCpuS: middle(race, name, 'gigabytesPerCpuS'),
        },
      ]),
    ),
  }));
  saveResults('throughput', { rounds: ROUNDS, windowMs: WINDOW_MS, rows, figures });
  const nginx = races
    .filter((race) => race.direction === 'download')
    .map(
      (race) =>
        `${race.connections}${race.encrypted ? ' TLS' : ''}: ${middle(race, 'nginx', 'gigabytesPerCpuS').toFixed(1)}`,
    );
  const failed = printRows('Throughput: /download and /upload on loopback, one client for all', rows);
  process.stdout.write(`nginx's GB per CPU second, by connections: ${nginx.join(', ')}\n`);
  return failed;
});
process.exitCode = short === 0 ? 0 : 1;
