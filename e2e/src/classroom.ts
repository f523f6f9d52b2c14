import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { firstLine } from './lines.ts';

const LAUNCHER = path.join(import.meta.dirname, '../../classroom/server/dist/main.js');

/** The built classroom with nobody in it, on a port and in a data folder of its own. */
export interface EmptyClassroom {
  /** That makes whoever opens it first the administrator. */
  readonly firstAdminLink: string;
  /** Stops it as Ctrl-C would, and removes its data. */
  stop(): Promise<void>;
}

export async function startEmptyClassroom(): Promise<EmptyClassroom> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'rowhouse-classroom-'));
  await chmod(folder, 0o711); // rooms run as users of their own, who have to get through
  const args = ['--port', '0', '--data-folder', folder, '--log-level', 'error', '--allow-weak-isolation', 'true'];
  const launcher = spawn(process.execPath, [LAUNCHER, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const stopped = once(launcher, 'exit');
  const link = firstLine(launcher.stdout, /https?:\/\/\S+\/first-admin#\S+/);
  const [[firstAdminLink]] = await Promise.all([link, firstLine(launcher.stdout, /^healthy/)]);
  return {
    firstAdminLink,
    async stop() {
      launcher.kill('SIGINT');
      await stopped;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
