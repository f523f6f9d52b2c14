import { spawn } from 'node:child_process';
import type { Owner } from './folders.ts';

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const OUTPUT_BYTES = 16 * 1024 * 1024;

/** Runs a small program to its end, with an empty environment; `code` is null when it could not be started or took too long. */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: { readonly user?: Owner | undefined; readonly timeoutMs?: number } = {},
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      ...options.user,
      cwd: '/',
      env: { PATH: '/usr/bin:/bin' },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.timeoutMs ?? 10_000,
      killSignal: 'SIGKILL',
    });
    const taken: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
    let bytes = 0;
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= OUTPUT_BYTES) taken[name].push(chunk);
      });
    }
    const end = (code: number | null) => {
      const text = (name: 'stdout' | 'stderr') => Buffer.concat(taken[name]).toString('utf8');
      resolve({ code, stdout: text('stdout'), stderr: text('stderr') });
    };
    child.on('error', () => end(null));
    child.on('close', (code) => end(code));
  });
}
