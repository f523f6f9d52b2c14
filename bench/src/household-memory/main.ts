// `npm run bench:household-memory`: `npm start` on a built tree until it says that it is healthy, and the memory of all
// that the product runs (supervisor, main, ping, four users), idle and with 200 sessions running. Medians of five starts;
// under load the most that was seen in 30 s, once a second. The clients' memory does not count, nor may it lend its pages:
// PSS divides a page among all who share it, so the product runs from a copy of the Node program that is its alone.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HOUSEHOLD_PROFILES } from '@rowhouse/bufferbloat-protocol';
import { firstLine } from '@rowhouse/e2e';
import { withCleanup } from '../shared/cleanup.ts';
import type { CrowdResult, CrowdSettings } from '../shared/household-crowd.ts';
import { commandLine, family, memoryOf } from '../shared/processes.ts';
import { runProgram } from '../shared/programs.ts';
import { median } from '../shared/quantiles.ts';
import { untilQuiet } from '../shared/quiet.ts';
import { printRows, saveResults } from '../shared/verdict.ts';

const STARTS = 5;
const SETTLE_MS = 3000;
const HOUSEHOLDS = 50;
const EVERY_MS = 50;
const LOADED_S = 30;
const TARGETS = { healthyMs: 3000, idleMb: 320, loadedMb: 400 } as const;
const ROOT = path.join(import.meta.dirname, '../../..');
const CROWD = path.join(import.meta.dirname, '../shared/household-crowd.ts');
const USERS = HOUSEHOLD_PROFILES.map(({ id }) => id);

/** PSS in MB (10^6 bytes). */
interface Memory {
  readonly productMb: number;
  readonly processes: readonly { readonly command: string; readonly pssMb: number }[];
}

interface Start {
  readonly healthyMs: number;
  readonly idle: Memory;
  /** The most that was seen, and of how many sessions in their own process all the while. */
  readonly loaded: Memory;
  readonly sessions: number;
}

const starts = await withCleanup(async (undo) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'rowhouse-node-'));
  undo(() => rmSync(folder, { recursive: true, force: true }));
  copyFileSync(process.execPath, path.join(folder, 'node'));
  const list: Start[] = [];
  for (let i = 0; i < STARTS; i += 1) {
    const coresInUse = await untilQuiet();
    const start = await startOnce(undo, folder, 100 * i);
    list.push(start);
    process.stdout.write(`start ${i + 1}: healthy after ${start.healthyMs.toFixed(0)} ms, idle `);
    process.stdout.write(`${start.idle.productMb.toFixed(1)} MB, with ${start.sessions} sessions `);
    process.stdout.write(
      `${start.loaded.productMb.toFixed(1)} MB; others used ${coresInUse.toFixed(2)} cores before\n`,
    );
  }
  return list;
});

/** @param nodeFolder where the Node program is that shall run it */
async function startOnce(
  undo: (step: () => unknown) => void,
  nodeFolder: string,
  firstAddress: number,
): Promise<Start> {
  const startMs = performance.now();
  const npm = spawn('npm', ['start', '--', 'bufferbloat', '--port', '0', '--ping-port', '0', '--log-level', 'warn'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PATH: `${nodeFolder}:${process.env.PATH ?? ''}` },
    detached: true, // a group of its own, so that Ctrl-C can be sent to it alone
  });
  const group = npm.pid;
  if (group === undefined) throw new Error('npm could not be started');
  const exited = once(npm, 'exit');
  const stop = async () => {
    if (npm.exitCode !== null || npm.signalCode !== null) return;
    process.kill(-group, 'SIGINT');
    const timer = setTimeout(() => process.kill(-group, 'SIGKILL'), 10_000);
    await exited;
    clearTimeout(timer);
  };
  undo(stop);
  const [, mainPort] = await firstLine(npm.stdout, /healthy: .*\bmain :(\d+)/);
  const healthyMs = performance.now() - startMs;
  await sleep(SETTLE_MS);
  const idle = memoryNow(group);

  const rampS = (HOUSEHOLDS * EVERY_MS) / 1000;
  const settings: CrowdSettings = {
    mainPort: Number(mainPort),
    households: HOUSEHOLDS,
    users: USERS,
    firstAddress,
    everyMs: EVERY_MS,
    seconds: rampS + LOADED_S,
    request: { adaptive: false, baseOneWayMs: 0 },
  };
  const crowd = runProgram(CROWD, settings);
  undo(() => crowd.kill());
  let loaded = idle;
  const endMs = performance.now() + (rampS + LOADED_S) * 1000;
  while (performance.now() < endMs) {
    await sleep(1000);
    const now = memoryNow(group);
    if (now.productMb > loaded.productMb) loaded = now;
  }
  const { visits } = (await crowd.result) as CrowdResult;
  await stop();
  const whole = ({ finished, legs }: CrowdResult['visits'][number]) =>
    finished && legs.length === 1 && legs[0]?.architecture === 'simple_multiprocess';
  return { healthyMs, idle, loaded, sessions: visits.filter(whole).length };
}

function memoryNow(group: number): Memory {
  const ofNpm = (command: string) => /^npm |^sh -c |\/npm(-cli\.js)? /.test(command);
  const processes = family(group)
    .map((pid) => ({ command: commandLine(pid), pssMb: (memoryOf(pid)?.pssBytes ?? 0) / 1e6 }))
    .filter(({ command }) => !ofNpm(command));
  return { productMb: processes.reduce((total, { pssMb }) => total + pssMb, 0), processes };
}

const last = starts.at(-1);
for (const [index, { command, pssMb }] of (last?.idle.processes ?? []).entries()) {
  const loadedMb = last?.loaded.processes[index]?.pssMb ?? Number.NaN;
  process.stdout.write(`${pssMb.toFixed(1).padStart(7)} ${loadedMb.toFixed(1).padStart(7)} MB  `);
  process.stdout.write(`${command.slice(0, 100)}\n`);
}
const healthyMs = median(starts.map((start) => start.healthyMs));
const idleMb = median(starts.map((start) => start.idle.productMb));
const loadedMb = median(starts.map((start) => start.loaded.productMb));
const sessions = Math.min(...starts.map((start) => start.sessions));
const wanted = HOUSEHOLDS * USERS.length;
const short = printRows(`The household's start and memory, medians of ${STARTS}`, [
  {
    what: '`npm start` on a built tree until healthy',
    figure: `${(healthyMs / 1000).toFixed(2)} s`,
    target: `<= ${TARGETS.healthyMs / 1000} s`,
    ok: healthyMs <= TARGETS.healthyMs,
  },
  {
    what: 'memory of all processes, idle',
    figure: `${idleMb.toFixed(1)} MB PSS`,
    target: `<= ${TARGETS.idleMb} MB PSS`,
    ok: idleMb <= TARGETS.idleMb,
  },
  {
    what: `memory of all processes, most in ${LOADED_S} s with sessions running`,
    figure: `${loadedMb.toFixed(1)} MB PSS`,
    target: `<= ${TARGETS.loadedMb} MB PSS`,
    ok: loadedMb <= TARGETS.loadedMb,
  },
  {
    what: 'sessions that ran throughout, each in its own process; least of the starts',
    figure: `${sessions}`,
    target: `${wanted}`,
    ok: sessions === wanted,
  },
]);
saveResults('household-memory', { healthyMs, idleMb, loadedMb, sessions, starts });
process.exitCode = short === 0 ? 0 : 1;
