import { fileURLToPath } from 'node:url';
import type { ChildSpec, JsonValue } from '@rowhouse/supervisor';
import type { MainSettings, PingSettings } from './settings.ts';

/** How long the main program may take beyond the drain of its tests. */
const STOP_MARGIN_MS = 3000;

/**
 * A small young generation keeps an idle process small; the load paths allocate next to nothing, so that it costs no
 * throughput. The heap's upper bound turns a leak into a restart instead of a machine out of memory.
 */
const MEMORY_FLAGS = ['--max-semi-space-size=2', '--max-old-space-size=256'];

const PROGRAMS = import.meta.url.endsWith('.ts')
  ? { ping: new URL('./ping/main.ts', import.meta.url), main: new URL('./main-server/main.ts', import.meta.url) }
  : { ping: new URL('./ping/main.js', import.meta.url), main: new URL('./main-server/main.js', import.meta.url) };

/** The two programs, in the order in which they start; they stop in reverse, so that running tests keep their probes. */
export function childSpecs(main: MainSettings, ping: PingSettings, execArgv: readonly string[]): ChildSpec[] {
  const common = {
    owner: 'bufferbloat',
    restart: 'permanent',
    command: process.execPath,
    readyTimeoutMs: 15_000,
    health: { intervalMs: 2000, timeoutMs: 2000, failures: 5 },
  } as const;
  // A child gets the way its parent runs (loaders, conditions), but not what belongs to the parent alone.
  const inherited = execArgv.filter((arg) => !/^--(?:watch|inspect)/.test(arg));
  const args = (program: URL) => [...inherited, ...MEMORY_FLAGS, fileURLToPath(program)];
  return [
    {
      ...common,
      id: 'ping',
      kind: 'ping',
      args: args(PROGRAMS.ping),
      settings: plain(ping),
      stopTimeoutMs: STOP_MARGIN_MS,
    },
    {
      ...common,
      id: 'main',
      kind: 'main',
      args: args(PROGRAMS.main),
      settings: plain(main),
      stopTimeoutMs: main.drainMs + STOP_MARGIN_MS,
    },
  ];
}

/** The settings are plain data by their types, which an interface cannot say. */
const plain = (settings: object): JsonValue => JSON.parse(JSON.stringify(settings)) as JsonValue;
