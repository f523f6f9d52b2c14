import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';

/**
 * How the kernel schedules a program of a bench. `background` is SCHED_IDLE: it runs only where nothing else wants to,
 * as if it were on a machine of its own. `realtime` is SCHED_FIFO and needs root; without it the program runs normally.
 */
export type Scheduling = 'normal' | 'background' | 'realtime';

/** A program of a bench, running in a process of its own. */
export interface Program {
  readonly process: ChildProcess;
  /** What it printed as JSON when it ended by itself. Rejects when it failed. */
  readonly result: Promise<unknown>;
  /** Ends it and waits until it is gone. */
  kill(): Promise<void>;
}

/**
 * Runs a TypeScript program that takes its settings as one JSON argument and prints its result as JSON.
 *
 * @param flags of Node
 */
export function runProgram(
  file: string,
  settings: object,
  scheduling: Scheduling = 'normal',
  flags: readonly string[] = [],
): Program {
  const node = [process.execPath, ...flags, '--import', 'tsx', '--conditions=source', file, JSON.stringify(settings)];
  const [command = '', ...args] = [...schedulingPrefix(scheduling), ...node];
  const background = scheduling === 'background';
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], detached: background });
  if (background) yieldGroup(child.pid ?? 0);
  const stop = () => child.kill('SIGKILL');
  process.once('exit', stop);
  const exited = once(child, 'exit').finally(() => process.removeListener('exit', stop));
  exited.catch(() => {}); // told by `result`
  const result = collect(child);
  result.catch(() => {}); // whoever killed it may not ask
  return {
    process: child,
    result,
    async kill() {
      if (child.exitCode === null && child.signalCode === null) stop();
      await exited;
    },
  };
}

/** The settings that `runProgram` gave to this program. */
export function programSettings<T>(): T {
  return JSON.parse(process.argv[2] ?? '{}') as T;
}

/**
 * Where the kernel groups processes by session, a class holds within its group only: the group must yield as well.
 *
 * @param pid a process in a session of its own
 */
export function yieldGroup(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/autogroup`, '19');
  } catch {
    // no such groups, or the process has ended
  }
}

function schedulingPrefix(scheduling: Scheduling): string[] {
  if (scheduling === 'background') return ['chrt', '--idle', '0'];
  if (scheduling === 'realtime' && process.getuid?.() === 0) return ['chrt', '--fifo', '10'];
  return [];
}

async function collect(child: ChildProcess): Promise<unknown> {
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  await once(child, 'close');
  if (child.exitCode !== 0) {
    throw new Error(`${child.spawnargs.join(' ')} ended with ${child.exitCode ?? child.signalCode}`);
  }
  return JSON.parse(text);
}
