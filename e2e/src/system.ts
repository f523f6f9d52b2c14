import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { firstLine } from './lines.ts';

const LAUNCHER = path.join(import.meta.dirname, '../../bufferbloat/server/dist/main.js');

/** The built product, running on ports of its own choice. */
export interface System {
  readonly process: ChildProcess;
  readonly mainPort: number;
  readonly pingPort: number;
  /** Process ids of the children, for tests that trouble them. */
  readonly pids: { readonly main: number; readonly ping: number };
  readonly url: string;
  /** Stops it as Ctrl-C would; resolves with its exit code. */
  stop(): Promise<number | null>;
}

export interface StartOptions {
  /** Told every line that it prints on either stream; without it, errors go to the terminal. */
  readonly onLine?: (line: string) => void;
}

/** Starts the built launcher and resolves when it says that it is healthy. */
export async function startSystem(args: readonly string[] = [], options: StartOptions = {}): Promise<System> {
  const { onLine } = options;
  const quiet = onLine === undefined ? ['--log-level', 'error'] : [];
  const launcher = spawn(process.execPath, [LAUNCHER, '--port', '0', '--ping-port', '0', ...quiet, ...args], {
    stdio: ['ignore', 'pipe', onLine === undefined ? 'inherit' : 'pipe'],
  });
  if (onLine !== undefined) {
    for (const stream of [launcher.stdout, launcher.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', onLine);
    }
  }
  const health = await firstLine(launcher.stdout, /main :(\d+) \(pid (\d+)\), ping :(\d+) \(pid (\d+)\)/);
  const [mainPort = 0, mainPid = 0, pingPort = 0, pingPid = 0] = health.slice(1).map(Number);
  return {
    process: launcher,
    mainPort,
    pingPort,
    pids: { main: mainPid, ping: pingPid },
    url: `http://localhost:${mainPort}`,
    async stop() {
      if (launcher.exitCode !== null || launcher.signalCode !== null) return launcher.exitCode;
      const exited = once(launcher, 'exit');
      launcher.kill('SIGINT');
      await exited;
      return launcher.exitCode;
    },
  };
}
