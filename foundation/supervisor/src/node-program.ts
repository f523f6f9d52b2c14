import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { ChildSpec } from './child-spec.ts';
import type { JsonValue } from './json.ts';

export interface NodeProgram {
  readonly program: URL;
  /** The parent's own flags of Node. */
  readonly execArgv: readonly string[];
  /** Upper bound of the heap: it turns a leak into a restart instead of a machine out of memory. */
  readonly heapMb: number;
  /** Plain data by its type, which an interface cannot say. */
  readonly settings: object;
}

/** A server of ours as a child: runs the way its parent runs, small while it is idle, watched, and always there. */
export function nodeProgram({
  program,
  execArgv,
  heapMb,
  settings,
}: NodeProgram): Pick<ChildSpec, 'restart' | 'command' | 'args' | 'settings' | 'health'> {
  // Loaders and conditions, but not what belongs to the parent alone.
  const inherited = execArgv.filter((arg) => !/^--(?:watch|inspect)/.test(arg));
  // A small young generation keeps an idle process small; what carries load allocates next to nothing.
  const memory = ['--max-semi-space-size=2', `--max-old-space-size=${heapMb}`];
  return {
    restart: 'permanent',
    command: process.execPath,
    args: [...inherited, ...memory, fileURLToPath(program)],
    settings: JSON.parse(JSON.stringify(settings)) as JsonValue,
    health: { intervalMs: 2000, timeoutMs: 2000, failures: 5 },
  };
}
