// `npm run bench:startup`: `npm start` on a built tree until it says that it is healthy, and the memory of all its
// processes once idle. Medians of five starts. Without the household's own processes: `bench:household-memory` has those.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { firstLine } from '@rowhouse/e2e';
import { withCleanup } from '../shared/cleanup.ts';
import { commandLine, family, memoryOf } from '../shared/processes.ts';
import { median } from '../shared/quantiles.ts';
import { untilQuiet } from '../shared/quiet.ts';
import { printRows, saveResults } from '../shared/verdict.ts';

const STARTS = 5;
const SETTLE_MS = 3000;
const ROOT = path.join(import.meta.dirname, '../../..');

interface Start {
  readonly healthyMs: number;
  /** PSS in MB (10^6 bytes): the product's processes, and npm with its shell beside them. */
  readonly productMb: number;
  readonly npmMb: number;
  readonly processes: readonly { readonly command: string; readonly pssMb: number }[];
}

const starts: Start[] = [];
for (let i = 0; i < STARTS; i += 1) {
  const coresInUse = await untilQuiet();
  const start = await withCleanup(startOnce);
  starts.push(start);
  const { healthyMs, productMb, npmMb } = start;
  process.stdout.write(`start ${i + 1}: healthy after ${healthyMs.toFixed(0)} ms, ${productMb.toFixed(1)} MB `);
  process.stdout.write(`(npm itself ${npmMb.toFixed(1)} MB); `);
  process.stdout.write(`others used ${coresInUse.toFixed(2)} cores before\n`);
}

async function startOnce(undo: (step: () => unknown) => void): Promise<Start> {
  const startMs = performance.now();
  const npm = spawn(
    'npm',
    ['start', '--', 'bufferbloat', '--port', '0', '--ping-port', '0', '--multiprocess', 'false', '--log-level', 'warn'],
    {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true, // a group of its own, so that Ctrl-C can be sent to it alone
    },
  );
  const group = npm.pid;
  if (group === undefined) throw new Error('npm could not be started');
  const exited = once(npm, 'exit');
  undo(async () => {
    process.kill(-group, 'SIGINT');
    const timer = setTimeout(() => process.kill(-group, 'SIGKILL'), 10_000);
    await exited;
    clearTimeout(timer);
  });
  await firstLine(npm.stdout, /healthy/);
  const healthyMs = performance.now() - startMs;
  await sleep(SETTLE_MS);
  const processes = family(group).map((pid) => ({
    command: commandLine(pid),
    pssMb: (memoryOf(pid)?.pssBytes ?? 0) / 1e6,
  }));
  const ofNpm = (command: string) => /^npm |^sh -c |\/npm(-cli\.js)? /.test(command);
  const sum = (list: typeof processes) => list.reduce((total, each) => total + each.pssMb, 0);
  return {
    healthyMs,
    productMb: sum(processes.filter((each) => !ofNpm(each.command))),
    npmMb: sum(processes.filter((each) => ofNpm(each.command))),
    processes,
  };
}

for (const { command, pssMb } of starts.at(-1)?.processes ?? []) {
  process.stdout.write(`${pssMb.toFixed(1).padStart(7)} MB  ${command.slice(0, 100)}\n`);
}
const healthyMs = median(starts.map((start) => start.healthyMs));
const productMb = median(starts.map((start) => start.productMb));
const npmMb = median(starts.map((start) => start.npmMb));
const short = printRows('Start and idle memory', [
  {
    what: '`npm start` on a built tree until healthy, median of 5',
    figure: `${(healthyMs / 1000).toFixed(2)} s`,
    target: '<= 2 s',
    ok: healthyMs <= 2000,
  },
  {
    what: 'memory of all processes, idle, median of 5',
    figure: `${productMb.toFixed(1)} MB PSS (npm's own ${npmMb.toFixed(1)} MB beside)`,
    target: '<= 150 MB PSS',
    ok: productMb <= 150,
  },
]);
saveResults('startup', { healthyMs, productMb, npmMb, starts });
process.exitCode = short === 0 ? 0 : 1;
