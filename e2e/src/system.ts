import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { firstLine } from './lines.ts';

const LAUNCHER = path.join(import.meta.dirname, '../../bufferbloat/server/dist/main.js');

/** The built product, running on ports of its own choice. */
export interface System {
  readonly process: ChildProcess;
  readonly mainPort: number;
  readonly pingPort: number;
  readonly url: string;
  /** Stops it as Ctrl-C would; resolves with its exit code. */
  stop(): Promise<number | null>;
}

/** Starts the built launcher and resolves when it says that it is healthy. */
export async function startSystem(args: readonly string[] = []): Promise<System> {
  const launcher = spawn(process.execPath, [LAUNCHER, '--port', '0', '--ping-port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ports = await firstLine(launcher.stdout, /main.*?:(\d+).*ping.*?:(\d+)/);
  const mainPort = Number(ports[1]);
  return {
    process: launcher,
    mainPort,
    pingPort: Number(ports[2]),
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
