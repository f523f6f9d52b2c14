import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSeconds, memoryOf } from '../shared/processes.ts';
import { runProgram } from '../shared/programs.ts';
import { median, quantile } from '../shared/quantiles.ts';
import type { UserProcess } from '../shared/user-processes.ts';
import type { ClientsResult, ClientsSettings } from './clients.ts';

/** What a process must hold for every one of its sessions. */
export const BOUNDS = { leastShare: 0.98, mostShare: 1.02, p99Ms: 4, droppedShare: 0.001, memoryBytes: 200_000 };

export interface Case {
  readonly name: string;
  readonly userId: string;
  readonly variant?: string;
  /** Sessions that one process must carry. */
  readonly target: number;
}

/** One number of sessions, and how the worst of them fared. */
export interface Run {
  readonly sessions: number;
  readonly leastShare: number;
  readonly mostShare: number;
  readonly leastUploadShare: number | null;
  /** Of the worst session, and the median one's. */
  readonly p99Ms: number;
  readonly medianP99Ms: number;
  readonly mostDroppedShare: number;
  readonly memoryPerSessionBytes: number;
  /** CPU seconds per second. */
  readonly serverCpu: number;
  readonly clientCpu: number;
  /** Why sessions were over before their time. */
  readonly ended: readonly string[];
  readonly ok: boolean;
}

/** The clients' own collection of garbage is measured as lateness: of a small young generation it takes no time. */
const CLIENT_FLAGS = ['--max-semi-space-size=2'];
const SETTLE_MS = 3000;
/** Two periods of the film. */
const MEASURE_MS = 10_000;

/** Runs a number of sessions against one user's process. */
export async function runCase(
  { userId, variant }: Case,
  sessions: number,
  { mainPort, firstAddress, server }: { mainPort: number; firstAddress: number; server: UserProcess },
): Promise<Run> {
  const settings: ClientsSettings = {
    mainPort,
    userPort: server.port,
    userId,
    ...(variant === undefined ? {} : { variant }),
    sessions,
    firstAddress,
    settleMs: SETTLE_MS,
    measureMs: MEASURE_MS,
  };
  const emptyBytes = memoryOf(server.pid)?.pssBytes ?? 0;
  const clients = runProgram(path.join(import.meta.dirname, 'clients.ts'), settings, 'normal', CLIENT_FLAGS);
  let fullBytes = 0;
  let cpu = 0;
  const watch = async () => {
    while (clients.process.exitCode === null) {
      const beforeS = cpuSeconds(server.pid);
      const beforeMs = performance.now();
      await sleep(500);
      fullBytes = Math.max(fullBytes, memoryOf(server.pid)?.pssBytes ?? 0);
      cpu = Math.max(cpu, ((cpuSeconds(server.pid) - beforeS) * 1000) / (performance.now() - beforeMs));
    }
  };
  const [result] = await Promise.all([clients.result as Promise<ClientsResult>, watch()]);
  const { figures } = result;
  const uploads = figures.flatMap(({ uploadShare }) => uploadShare ?? []);
  const run = {
    sessions,
    leastShare: Math.min(...figures.map(({ downloadShare }) => downloadShare)),
    mostShare: Math.max(...figures.map(({ downloadShare }) => downloadShare)),
    leastUploadShare: uploads.length === 0 ? null : Math.min(...uploads),
    p99Ms: quantile(
      figures.map(({ p99Ms }) => p99Ms),
      1,
    ),
    medianP99Ms: median(figures.map(({ p99Ms }) => p99Ms)),
    mostDroppedShare: Math.max(...figures.map(({ dropped, due }) => dropped / due)),
    memoryPerSessionBytes: Math.max(0, fullBytes - emptyBytes) / sessions,
    serverCpu: cpu,
    clientCpu: result.cpu,
    ended: result.ended,
  };
  return { ...run, ok: holds(run) };
}

function holds(run: Omit<Run, 'ok'>): boolean {
  return (
    run.ended.length === 0 &&
    run.leastShare >= BOUNDS.leastShare &&
    run.mostShare <= BOUNDS.mostShare &&
    (run.leastUploadShare ?? 1) >= BOUNDS.leastShare &&
    run.p99Ms <= BOUNDS.p99Ms &&
    run.mostDroppedShare <= BOUNDS.droppedShare
  );
}

/** One line for people. */
export function describe(run: Run): string {
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  return [
    `rate ${percent(run.leastShare)} to ${percent(run.mostShare)}`,
    `up ${run.leastUploadShare === null ? '-' : percent(run.leastUploadShare)}`,
    `p99 ${run.p99Ms.toFixed(2)} ms (median session ${run.medianP99Ms.toFixed(2)})`,
    `dropped ${(run.mostDroppedShare * 100).toFixed(3)} %`,
    `${(run.memoryPerSessionBytes / 1000).toFixed(0)} KB a session`,
    ...(run.ended.length === 0 ? [] : [`${run.ended.length} ended: ${run.ended[0]}`]),
    `CPU ${run.serverCpu.toFixed(2)} + clients ${run.clientCpu.toFixed(2)}`,
  ].join(', ');
}
