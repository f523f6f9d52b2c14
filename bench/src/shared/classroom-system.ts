import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

const SUPERVISOR = path.join(import.meta.dirname, '../../../classroom/server/dist/main.js');
const READY_MS = 60_000;

/** The built classroom with its demo class, on a port of its own choice and in a data folder of its own. */
export interface Classroom {
  readonly process: ChildProcess;
  readonly port: number;
  /** Process id of the server that speaks with the network. */
  readonly mainPid: number;
  readonly dataFolder: string;
  /** What it printed. */
  readonly lines: readonly string[];
  /** Stops it as Ctrl-C would; resolves with its exit code. */
  stop(): Promise<number | null>;
  /** Also removes its data. */
  remove(): Promise<void>;
}

export interface ClassroomOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Of an earlier one. */
  readonly dataFolder?: string;
  /** Default: any free one. */
  readonly port?: number;
}

/** @throws Error with what it printed, when it is not ready within a minute */
export async function startClassroom(options: ClassroomOptions = {}): Promise<Classroom> {
  const dataFolder = options.dataFolder ?? mkdtempSync(path.join(os.tmpdir(), 'rowhouse-classroom-'));
  chmodSync(dataFolder, 0o711); // the students' own users have to get through
  const args = [
    '--demo',
    '--port',
    String(options.port ?? 0),
    '--data-folder',
    dataFolder,
    '--log-level',
    'error',
    ...(options.args ?? []),
  ];
  const child = spawn(process.execPath, [SUPERVISOR, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
  });
  const lines: string[] = [];
  const exited = once(child, 'exit');
  const ready = new Promise<RegExpExecArray>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        const found = /main :(\d+) \(pid (\d+)\)/.exec(line);
        if (found) resolve(found);
      });
    }
  });
  const found = await Promise.race([
    ready,
    exited.then(() => Promise.reject(new Error(`the classroom ended:\n${lines.join('\n')}`))),
    new Promise<never>((_resolve, reject) => {
      setTimeout(() => reject(new Error(`the classroom is not ready:\n${lines.join('\n')}`)), READY_MS).unref();
    }),
  ]);
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGINT');
      await exited;
    }
    return child.exitCode;
  };
  return {
    process: child,
    port: Number(found[1]),
    mainPid: Number(found[2]),
    dataFolder,
    lines,
    stop,
    async remove() {
      await stop();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}
