// `npm run bench:ping-kill`: `kill -9` of the ping process in the middle of 20 tests, 17 from the terminal and 3 of the
// page in a real browser. Each test runs 8 s instead of 40 and is hit at a random moment between its start and its end.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import { resultSchema, type Result } from '@rowhouse/bufferbloat-protocol';
import { startSystem, type System } from '@rowhouse/e2e';
import { withCleanup } from '../shared/cleanup.ts';
import { testInBrowser } from '../shared/page-test.ts';
import { serverProcesses } from '../shared/processes.ts';
import { median } from '../shared/quantiles.ts';
import { untilQuiet } from '../shared/quiet.ts';
import { Random } from '../shared/random.ts';
import { loopback, takeTicket } from '../shared/tickets.ts';
import { printRows, saveResults } from '../shared/verdict.ts';
import { killPing } from './kill.ts';

const TERMINAL_TESTS = 17;
const PAGE_TESTS = 3;
const SCALE = 0.2;
const TEST_MS = 40_000 * SCALE;
/** What a test needs before its first phase: its program or browser has to start. */
const START_MS = { terminal: 1000, page: 3000 } as const;
const READY_TARGET_MS = 1000;
const CLI = path.join(import.meta.dirname, '../../../bufferbloat/cli/dist/main.js');

interface Hit {
  readonly kind: keyof typeof START_MS;
  /** From the start of the test's program to the kill. */
  readonly atMs: number;
  readonly readyMs: number;
  /** `undefined`: the test ended without a result, for this reason. */
  readonly result: Result | undefined;
  readonly failure: string | undefined;
}

const { values } = parseArgs({ options: { seed: { type: 'string' } } });
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const random = new Random(seed);
process.stdout.write(`seed ${seed}; repeat with: npm run bench:ping-kill -- --seed ${seed}\n`);

const hits = await withCleanup(async (undo) => {
  const system = await startSystem(['--log-level', 'silent']);
  undo(() => system.stop());
  const kinds = [
    ...Array<Hit['kind']>(TERMINAL_TESTS).fill('terminal'),
    ...Array<Hit['kind']>(PAGE_TESTS).fill('page'),
  ];
  const list: Hit[] = [];
  for (const [number, kind] of kinds.entries()) {
    const coresInUse = await untilQuiet();
    const hit = await testWithKill(system, kind, number);
    list.push(hit);
    process.stdout.write(`${number + 1} of ${kinds.length}: ${kind}, hit at ${(hit.atMs / 1000).toFixed(1)} s, `);
    process.stdout.write(`ready after ${hit.readyMs.toFixed(0)} ms, ${describe(hit)}; `);
    process.stdout.write(`others used ${coresInUse.toFixed(2)} cores before\n`);
    await sleep(1500); // a supervisor counts restarts in a row; a test in the field is not hit twice a second
  }
  return list;
});

async function testWithKill(system: System, kind: Hit['kind'], number: number): Promise<Hit> {
  const from = loopback(number);
  const { token } = await takeTicket(system.mainPort, from);
  const { ping } = serverProcesses(system.process.pid ?? 0);
  const ended = (kind === 'terminal' ? terminalTest(system) : testInBrowser(`${system.url}/?scale=${SCALE}`)).then(
    (result) => ({ result, failure: undefined }),
    (error: unknown) => ({ result: undefined, failure: error instanceof Error ? error.message : String(error) }),
  );
  const atMs = START_MS[kind] + TEST_MS * (0.1 + 0.75 * random.next());
  await sleep(atMs);
  const readyMs = await killPing(ping, { port: system.pingPort, token, from });
  return { kind, atMs, readyMs, ...(await ended) };
}

async function terminalTest(system: System): Promise<Result> {
  const args = [process.execPath, CLI, '--server', system.url, '--json', '-', '--scale', String(SCALE)];
  // The client stands in for another machine: it must not compete with the new ping process for the processor.
  const run = promisify(execFile)('chrt', ['--idle', '0', ...args], { maxBuffer: 256 * 2 ** 20, timeout: 60_000 });
  const { stdout } = await run;
  return resultSchema.parse(JSON.parse(stdout));
}

function statesGap({ result }: Hit): boolean {
  if (result === undefined) return false;
  return result.gaps.length > 0 && result.confidence.reasons.some((reason) => reason.code === 'gap');
}

function describe(hit: Hit): string {
  if (hit.result === undefined) return `no result: ${hit.failure?.trim().split('\n').at(-1)}`;
  const gaps = hit.result.gaps.map((gap) => `${gap.signal} ${(gap.toMs - gap.fromMs).toFixed(0)} ms`);
  return `${statesGap(hit) ? 'gap stated' : 'GAP NOT STATED'} (${gaps.join(', ')})`;
}

const readyMs = hits.map((hit) => hit.readyMs);
const stated = hits.filter(statesGap).length;
const finished = hits.filter((hit) => hit.result !== undefined).length;
const short = printRows(`kill -9 of the ping process in mid-test: seed ${seed}`, [
  {
    what: 'from the kill to the first answered probe, slowest of 20',
    figure: `${Math.max(...readyMs).toFixed(0)} ms (median ${median(readyMs).toFixed(0)} ms)`,
    target: `<= ${READY_TARGET_MS} ms`,
    ok: readyMs.every((each) => each <= READY_TARGET_MS),
  },
  {
    what: 'tests that ended with a result',
    figure: `${finished} of ${hits.length}`,
    target: 'all',
    ok: finished === hits.length,
  },
  {
    what: 'results that state the gap (in `gaps` and in the confidence)',
    figure: `${stated} of ${hits.length}`,
    target: 'all',
    ok: stated === hits.length,
  },
]);
saveResults('ping-kill', {
  seed,
  hits: hits.map(({ kind, atMs, readyMs: ready, result, failure }) => ({
    kind,
    atMs,
    readyMs: ready,
    gaps: result?.gaps,
    confidence: result?.confidence,
    failure,
  })),
});
process.exitCode = short === 0 ? 0 : 1;
