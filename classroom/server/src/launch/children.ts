import { fileURLToPath } from 'node:url';
import type { ChildSpec, JsonValue } from '@rowhouse/supervisor';
import type { ResolvedSettings } from './resolve.ts';

/**
 * A small young generation keeps an idle process small. The heap's upper bound turns a leak into a restart instead of a
 * machine out of memory.
 */
const memoryFlags = (heapMb: number) => ['--max-semi-space-size=2', `--max-old-space-size=${heapMb}`];

/** The programs in the order in which they start; they stop in reverse. @param execArgv Node's own flags, which they inherit */
export function childSpecs(settings: ResolvedSettings, execArgv: readonly string[]): readonly ChildSpec[] {
  // A child gets the way its parent runs (loaders, conditions), but not what belongs to the parent alone.
  const inherited = execArgv.filter((arg) => !/^--(?:watch|inspect)/.test(arg));
  const start = (
    id: string,
    program: URL,
    own: object,
    options: { readonly heapMb: number; readonly readyMs: number; readonly stopMs: number },
  ): ChildSpec => ({
    id,
    owner: 'classroom',
    kind: id,
    restart: 'permanent',
    command: process.execPath,
    args: [...inherited, ...memoryFlags(options.heapMb), fileURLToPath(program)],
    settings: plain(own),
    readyTimeoutMs: options.readyMs,
    stopTimeoutMs: options.stopMs,
    health: { intervalMs: 2000, timeoutMs: 2000, failures: 5 },
  });
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const own = (name: string) => new URL(`../${name}/main.${extension}`, import.meta.url);
  const launcherProgram = new URL(`launcher/main.${extension}`, import.meta.resolve('@rowhouse/classroom-runtime'));
  return [
    // The first start of a database makes it, and may copy its programs.
    ...(settings.database
      ? [start('database', own('database'), settings.database, { heapMb: 64, readyMs: 60_000, stopMs: 15_000 })]
      : []),
    // Before it is ready it ends what an earlier life left and tries every wall.
    start('launcher', launcherProgram, settings.launcher, { heapMb: 128, readyMs: 60_000, stopMs: 15_000 }),
    start('main', own('main-server'), settings.main, { heapMb: 512, readyMs: 30_000, stopMs: 15_000 }),
  ];
}

/** The settings are plain data by their types, which an interface cannot say. */
const plain = (settings: object): JsonValue => JSON.parse(JSON.stringify(settings)) as JsonValue;
