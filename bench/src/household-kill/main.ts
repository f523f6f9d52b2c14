// `npm run bench:household-kill`: `kill -9` of each user's process in turn in the middle of 20 tests, each under the 40
// sessions of ten other households. Three of the tests are the page's in a real browser, the others and all households in
// the background are clients of the bench that go by the page's rules: a session that closes, or is silent for 3 s, is
// opened anew wherever discovery says. `-- --seed N` repeats a run.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { HOUSEHOLD_PROFILES, type HouseholdResult } from '@rowhouse/bufferbloat-protocol';
import { descendants, plainHousehold, startSystem, type System } from '@rowhouse/e2e';
import { withCleanup } from '../shared/cleanup.ts';
import { takeHouseholdTicket } from '../shared/household.ts';
import type { CrowdResult, CrowdSettings } from '../shared/household-crowd.ts';
import type { Visit } from '../shared/household-visit.ts';
import { runProgram, yieldGroup } from '../shared/programs.ts';
import { median } from '../shared/quantiles.ts';
import { untilQuiet } from '../shared/quiet.ts';
import { Random } from '../shared/random.ts';
import { loopback } from '../shared/tickets.ts';
import { printRows, saveResults } from '../shared/verdict.ts';
import { killUser, type Recovery } from './kill.ts';

const TESTS = 20;
/** Numbers of the tests in a browser. */
const PAGE_TESTS: readonly number[] = [4, 11, 18];
const BACKGROUND = 10;
const EVERY_MS = 50;
/** How long the households' traffic lasts, and within which time it is struck: all of them have traffic then. */
const COURSE = {
  client: { seconds: 12, earliestMs: 3000, latestMs: 9000 },
  page: { seconds: 28, earliestMs: 8000, latestMs: 15_000 },
} as const;
/** Of the page's times: 18 s under load after a start of the browser and a baseline. */
const PAGE_SCALE = 0.3;
const PAGE_LIMIT_MS = 90_000;
const READY_TARGET_MS = 1000;
const USERS = HOUSEHOLD_PROFILES.map(({ id }) => id);
const CROWD = path.join(import.meta.dirname, '../shared/household-crowd.ts');

interface Hit extends Recovery {
  readonly kind: keyof typeof COURSE;
  readonly userId: string;
  /** From the start of the households' program to the kill. */
  readonly atMs: number;
  readonly visits: readonly Visit[];
  /** What the page's test found; why there is nothing. */
  readonly page: HouseholdResult | string | undefined;
}

const { values } = parseArgs({ options: { seed: { type: 'string' } } });
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const random = new Random(seed);
process.stdout.write(`seed ${seed}; repeat with: npm run bench:household-kill -- --seed ${seed}\n`);

const hits = await withCleanup(async (undo) => {
  const system = await startSystem(['--log-level', 'silent']);
  undo(() => system.stop());
  const list: Hit[] = [];
  for (let number = 0; number < TESTS; number += 1) {
    const coresInUse = await untilQuiet();
    const hit = await testWithKill(system, undo, number);
    list.push(hit);
    process.stdout.write(
      `${number + 1} of ${TESTS}: ${hit.kind}, ${hit.userId} hit at ${(hit.atMs / 1000).toFixed(1)} s, ready after `,
    );
    process.stdout.write(`${hit.readyMs.toFixed(0)} ms, found after ${hit.foundMs.toFixed(0)} ms; ${describe(hit)}; `);
    process.stdout.write(`others used ${coresInUse.toFixed(2)} cores before\n`);
  }
  return list;
});

async function testWithKill(system: System, undo: (step: () => unknown) => void, number: number): Promise<Hit> {
  const { mainPort } = system;
  const userId = USERS[number % USERS.length] ?? '';
  const kind = PAGE_TESTS.includes(number) ? 'page' : 'client';
  const { seconds, earliestMs, latestMs } = COURSE[kind];
  const settings: CrowdSettings = {
    mainPort,
    households: kind === 'page' ? BACKGROUND : BACKGROUND + 1,
    users: USERS,
    firstAddress: number * (BACKGROUND + 1),
    everyMs: EVERY_MS,
    seconds,
    request: { adaptive: false, baseOneWayMs: 0 },
  };
  // The clients stand in for other machines: they must not compete with the new process for the processor.
  const crowd = runProgram(CROWD, settings, 'background');
  undo(() => crowd.kill());
  const from = loopback(5000 + number);
  const { token } = await takeHouseholdTicket(mainPort, from);
  const page = kind === 'page' ? pageTest(system) : undefined;
  const atMs = earliestMs + (latestMs - earliestMs) * random.next();
  await sleep(atMs);
  const recovery = await killUser({ mainPort, userId, from, token });
  const { visits } = (await crowd.result) as CrowdResult;
  return { kind, userId, atMs, ...recovery, visits, page: await page };
}

async function pageTest({ url }: System): Promise<HouseholdResult | string> {
  const address = `${url}/?scale=${PAGE_SCALE}&autostart=household`;
  return plainHousehold(address, { timeoutMs: PAGE_LIMIT_MS, onOpen: standAside }).catch((error: unknown) =>
    error instanceof Error ? error.message : String(error),
  );
}

/** Puts the browser in the background class of the scheduler as well: its adaptive load would take both cores. */
function standAside(): void {
  for (const pid of descendants(process.pid, '--no-sandbox')) {
    spawnSync('chrt', ['--all-tasks', '--idle', '--pid', '0', String(pid)]); // one that has ended needs none
    yieldGroup(pid);
  }
}

/** The page's test ended with a result that shows the gap of the user whose process was killed. */
function statesGap({ page, userId }: Hit): boolean {
  if (typeof page !== 'object') return false;
  const shown = page.gaps.some((gap) => gap.userId === userId && gap.what === 'traffic');
  return shown && (page.users[userId]?.served?.reconnects ?? 0) > 0;
}

/** Sessions of the killed process, and where they went on. */
function struck({ userId, visits }: Hit) {
  const own = visits.filter((visit) => visit.userId === userId);
  const again = own.flatMap((visit) => visit.legs.slice(1));
  return {
    sessions: own.length,
    cut: own.filter((visit) => visit.legs.length > 1).length,
    isolated: again.filter((leg) => leg.architecture === 'simple_multiprocess').length,
    fallback: again.filter((leg) => leg.architecture === 'single_process').length,
    gapsMs: again.map((leg) => leg.gapMs ?? Number.POSITIVE_INFINITY),
  };
}

function describe(hit: Hit): string {
  const { cut, isolated, fallback, gapsMs } = struck(hit);
  const lost = hit.visits.filter((visit) => !visit.finished).length;
  return (
    `${cut} sessions cut, ${isolated} on to a process of their own, ${fallback} to the main server, ` +
    `gap up to ${Math.max(0, ...gapsMs).toFixed(0)} ms, ${lost} lost` +
    (hit.page === undefined ? '' : `; the page ${statesGap(hit) ? 'shows the gap' : 'DOES NOT SHOW THE GAP'}`)
  );
}

const readyMs = hits.map((hit) => hit.readyMs);
const visits = hits.flatMap((hit) => hit.visits);
const finished = visits.filter((visit) => visit.finished).length;
const clients = TESTS * BACKGROUND + TESTS - PAGE_TESTS.length;
const wanted = clients * USERS.length;
const pages = hits.filter((hit) => hit.kind === 'page');
const shown = pages.filter(statesGap).length;
const strikes = hits.map(struck);
const sum = (of: (each: (typeof strikes)[number]) => number) => strikes.reduce((total, each) => total + of(each), 0);
const gapsMs = strikes.flatMap((each) => each.gapsMs);
const others = hits.flatMap((hit) => hit.visits.filter((visit) => visit.userId !== hit.userId));
const untouched = others.filter((visit) => visit.legs.length === 1 && visit.failures.length === 0).length;
const short = printRows(`kill -9 of a user's process in mid-test, ${TESTS} tests under 40 sessions: seed ${seed}`, [
  {
    what: 'from the kill until a new process is ready, slowest',
    figure: `${Math.max(...readyMs).toFixed(0)} ms (median ${median(readyMs).toFixed(0)} ms)`,
    target: `<= ${READY_TARGET_MS} ms`,
    ok: readyMs.every((each) => each <= READY_TARGET_MS),
  },
  {
    what: 'sessions that were cut and went on, in a process of their own or on the main server',
    figure: `${sum((each) => each.isolated)} + ${sum((each) => each.fallback)} of ${sum((each) => each.cut)}`,
    target: 'all',
    ok: sum((each) => each.cut) === clients && sum((each) => each.isolated + each.fallback) >= clients,
  },
  {
    what: 'gap in the traffic of those, from the last message to the next',
    figure: `median ${median(gapsMs).toFixed(0)}, longest ${Math.max(...gapsMs).toFixed(0)} ms`,
    target: 'for comparison',
    ok: true,
  },
  {
    what: 'sessions that came to their end with a last report',
    figure: `${finished} of ${visits.length}`,
    target: `${wanted}`,
    ok: finished === wanted,
  },
  {
    what: 'tests of the page that ended with a result and show the gap',
    figure: `${shown} of ${pages.length}`,
    target: 'all',
    ok: shown === pages.length,
  },
  {
    what: 'sessions of the other users that noticed nothing',
    figure: `${untouched} of ${others.length}`,
    target: 'all',
    ok: untouched === others.length,
  },
]);
const hitFigures = hits.map(({ visits: all, page, ...hit }) => ({
  ...hit,
  ...struck({ ...hit, page, visits: all }),
  page: typeof page === 'object' ? { gaps: page.gaps, confidence: page.confidence } : page,
  failures: all.flatMap((visit) => visit.failures).slice(0, 3),
  unfinished: all.filter((visit) => !visit.finished),
}));
saveResults('household-kill', { seed, hits: hitFigures });
process.exitCode = short === 0 ? 0 : 1;
