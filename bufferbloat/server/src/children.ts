import { type ChildSpec, nodeProgram } from '@rowhouse/supervisor';
import type { ResolvedSettings, UserProgram } from './resolve.ts';
import type { MainSettings, PingSettings } from './settings.ts';

/** How long a program may take beyond the drain of its tests. */
const STOP_MARGIN_MS = 3000;

const HEAP_MB = 256;
/** What the household's processes share out among themselves by their `resourceShare`. */
const HOUSEHOLD_HEAP_MB = 1024;
const LEAST_HEAP_MB = 128;

/** Everything that all programs have in common. */
type Start = (
  program: 'ping' | 'main-server' | 'household',
  settings: object,
  options?: { readonly drainMs?: number; readonly heapMb?: number },
) => Omit<ChildSpec, 'id'>;

export interface Children {
  /** In the order in which they start; they stop in reverse, so that running tests keep their probes. */
  readonly essential: readonly ChildSpec[];
  /** The household's processes, which start together and fail each for itself. */
  readonly users: readonly ChildSpec[];
}

/** All programs as data. @param execArgv Node's own flags, which they inherit */
export function childSpecs(settings: ResolvedSettings, execArgv: readonly string[]): Children {
  const start = starter(execArgv);
  return {
    essential: [ping(start, settings.ping), main(start, settings.main)],
    users: settings.users.map((user) => userProcess(start, user, heapMbOf(user, settings.users))),
  };
}

const ping = (start: Start, settings: PingSettings): ChildSpec => ({ id: 'ping', ...start('ping', settings) });

const main = (start: Start, settings: MainSettings): ChildSpec => ({
  id: 'main',
  ...start('main-server', settings, { drainMs: settings.drainMs }),
});

const userProcess = (start: Start, { id, settings }: UserProgram, heapMb: number): ChildSpec => ({
  id,
  ...start('household', settings, { drainMs: settings.drainMs, heapMb }),
});

/** The user type's share of the household's memory. */
function heapMbOf({ settings: { profile } }: UserProgram, all: readonly UserProgram[]): number {
  const shares = all.reduce((sum, { settings }) => sum + settings.profile.resourceShare, 0);
  return Math.max(LEAST_HEAP_MB, Math.round((HOUSEHOLD_HEAP_MB * profile.resourceShare) / shares));
}

function starter(execArgv: readonly string[]): Start {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return (program, settings, { drainMs = 0, heapMb = HEAP_MB } = {}) => ({
    owner: 'bufferbloat',
    kind: program,
    ...nodeProgram({ program: new URL(`./${program}/main.${extension}`, import.meta.url), execArgv, heapMb, settings }),
    readyTimeoutMs: 15_000,
    stopTimeoutMs: drainMs + STOP_MARGIN_MS,
  });
}
