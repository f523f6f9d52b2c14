// `npm run bench:household-users`: 50 households of four users at once, 200 sessions across the four processes, for 60 s.
// Each household comes from a loopback address of its own, one every 100 ms, and does what the page does without the
// quiet baseline: a ticket, four discoveries, four fresh connections, traffic in both directions. The clients are one
// process of the bench on the same machine; nothing of the product is set but its ports.
import path from 'node:path';
import { HOUSEHOLD_PROFILES } from '@rowhouse/bufferbloat-protocol';
import { startSystem } from '@rowhouse/e2e';
import { withCleanup } from '../shared/cleanup.ts';
import type { CrowdResult, CrowdSettings } from '../shared/household-crowd.ts';
import type { Leg } from '../shared/household-visit.ts';
import { cpuSeconds, family } from '../shared/processes.ts';
import { runProgram } from '../shared/programs.ts';
import { quantile } from '../shared/quantiles.ts';
import { untilQuiet } from '../shared/quiet.ts';
import { printRows, type Row, saveResults } from '../shared/verdict.ts';

const HOUSEHOLDS = 50;
const EVERY_MS = 100;
const ALL_AT_ONCE_S = 60;
/** A whole number of the film's periods of 5 s, so that its mean is exact. */
const SECONDS = ALL_AT_ONCE_S + (HOUSEHOLDS * EVERY_MS) / 1000;
const LEAST_SHARE = 0.98;
const USERS = HOUSEHOLD_PROFILES.map(({ id }) => id);
const CROWD = path.join(import.meta.dirname, '../shared/household-crowd.ts');

const { crowd, serverCpu, coresInUse } = await withCleanup(async (undo) => {
  const system = await startSystem();
  undo(() => system.stop());
  const inUse = await untilQuiet();
  const settings: CrowdSettings = {
    mainPort: system.mainPort,
    households: HOUSEHOLDS,
    users: USERS,
    firstAddress: 0,
    everyMs: EVERY_MS,
    seconds: SECONDS,
    request: { adaptive: false, baseOneWayMs: 0 },
  };
  const pids = family(system.process.pid ?? 0);
  const usedS = () => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  const beforeS = usedS();
  const startMs = performance.now();
  const program = runProgram(CROWD, settings);
  undo(() => program.kill());
  const result = (await program.result) as CrowdResult;
  const cpu = ((usedS() - beforeS) * 1000) / (performance.now() - startMs);
  return { crowd: result, serverCpu: cpu, coresInUse: inUse };
});

const { visits } = crowd;
const legs = visits.flatMap((visit) => visit.legs);
const failures = [...crowd.refusals, ...visits.flatMap((visit) => visit.failures)];
const wanted = HOUSEHOLDS * USERS.length;
const whole = visits.filter((visit) => visit.finished && visit.legs.length === 1).length;
const isolated = legs.filter((leg) => leg.architecture === 'simple_multiprocess').length;
const establishedMs = legs.map((leg) => leg.establishedMs);
const firstTrafficMs = legs.map((leg) => leg.firstTrafficMs ?? Number.POSITIVE_INFINITY);

const perUser = USERS.map((userId) => {
  const own = visits.filter((visit) => visit.userId === userId).flatMap((visit) => visit.legs);
  const least = (of: (leg: Leg) => number) => Math.min(Number.POSITIVE_INFINITY, ...own.map(of));
  const total = (of: (leg: Leg) => number) => own.reduce((sum, leg) => sum + of(leg), 0);
  return {
    userId,
    sessions: own.length,
    leastDownload: least((leg) => leg.downloadShare),
    leastUpload: least((leg) => leg.uploadShare),
    dueUnits: total((leg) => leg.dueUnits),
    droppedUnits: total((leg) => leg.droppedUnits),
    lateP99Ms: Math.max(0, ...own.map((leg) => leg.lateP99Ms ?? 0)),
  };
});

const share = (value: number) => `${(100 * value).toFixed(2)} %`;
const rows: Row[] = [
  {
    what: `sessions begun and ended properly, each in its own user's process`,
    figure: `${whole} of ${wanted}, ${isolated} isolated`,
    target: `${wanted}`,
    ok: whole === wanted && isolated === wanted,
  },
  {
    what: 'refused or failed: tickets, discoveries, upgrades',
    figure: failures.length === 0 ? '0' : `${failures.length}: ${failures[0]?.slice(0, 120)}`,
    target: '0',
    ok: failures.length === 0,
  },
  ...perUser.map(
    (user): Row => ({
      what: `${user.userId}: least of ${user.sessions} sessions, delivered of wanted, down and up`,
      figure:
        `${share(user.leastDownload)}, ${share(user.leastUpload)}` +
        (user.dueUnits === 0
          ? ''
          : `; dropped ${user.droppedUnits} of ${user.dueUnits}, worst p99 late ${user.lateP99Ms.toFixed(1)} ms`),
      target: `>= ${100 * LEAST_SHARE} %`,
      ok: user.sessions === HOUSEHOLDS && Math.min(user.leastDownload, user.leastUpload) >= LEAST_SHARE,
    }),
  ),
  {
    what: 'WebSocket established, fresh TCP connection included',
    figure: `p50 ${quantile(establishedMs, 0.5).toFixed(2)}, p99 ${quantile(establishedMs, 0.99).toFixed(2)} ms`,
    target: 'p50 < 4, p99 < 18 ms',
    ok: quantile(establishedMs, 0.5) < 4 && quantile(establishedMs, 0.99) < 18,
  },
  {
    what: 'first traffic after discovery, worst',
    figure: `${Math.max(...firstTrafficMs).toFixed(1)} ms (p50 ${quantile(firstTrafficMs, 0.5).toFixed(1)})`,
    target: '< 100 ms',
    ok: firstTrafficMs.length === wanted && Math.max(...firstTrafficMs) < 100,
  },
  {
    what: 'cores used: the product; the clients; others before',
    figure: `${serverCpu.toFixed(2)}; ${crowd.cpu.toFixed(2)}; ${coresInUse.toFixed(2)}`,
    target: 'for comparison',
    ok: true,
  },
];
const short = printRows(`${wanted} sessions across the four processes for ${ALL_AT_ONCE_S} s`, rows);
saveResults('household-users', { rows, perUser, establishedMs, firstTrafficMs, failures: failures.slice(0, 20) });
process.exitCode = short === 0 ? 0 : 1;
