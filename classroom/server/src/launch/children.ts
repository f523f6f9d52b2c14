import { type ChildSpec, nodeProgram } from '@rowhouse/supervisor';
import type { ResolvedSettings } from './resolve.ts';

/** The programs in the order in which they start; they stop in reverse. @param execArgv Node's own flags, which they inherit */
export function childSpecs(settings: ResolvedSettings, execArgv: readonly string[]): readonly ChildSpec[] {
  const start = (
    id: string,
    program: URL,
    own: object,
    options: { readonly heapMb: number; readonly readyMs: number; readonly stopMs: number },
  ): ChildSpec => ({
    id,
    owner: 'classroom',
    kind: id,
    ...nodeProgram({ program, execArgv, heapMb: options.heapMb, settings: own }),
    readyTimeoutMs: options.readyMs,
    stopTimeoutMs: options.stopMs,
  });
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const ours = (name: string) => new URL(`../${name}/main.${extension}`, import.meta.url);
  const launcherProgram = new URL(`launcher/main.${extension}`, import.meta.resolve('@rowhouse/classroom-runtime'));
  return [
    // The first start of a database makes it, and may copy its programs.
    ...(settings.database
      ? [start('database', ours('database'), settings.database, { heapMb: 64, readyMs: 60_000, stopMs: 15_000 })]
      : []),
    // Before it is ready it ends what an earlier life left and tries every wall.
    start('launcher', launcherProgram, settings.launcher, { heapMb: 128, readyMs: 60_000, stopMs: 15_000 }),
    start('main', ours('main-server'), settings.main, { heapMb: 512, readyMs: 30_000, stopMs: 15_000 }),
  ];
}
