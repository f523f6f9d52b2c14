import { spawn } from 'node:child_process';
import type { Account } from '@rowhouse/service';
import { DatabaseError } from './errors.ts';

/** Enough for what a program says when it fails. */
const KEPT_BYTES = 8 * 1024;

export interface RunOptions {
  /** Names it in the error. */
  readonly step: string;
  readonly timeoutMs: number;
  /** Default: as ourselves. */
  readonly as?: Account | null;
}

/**
 * Runs a program of PostgreSQL to its end, with nothing of our environment.
 *
 * @returns what it wrote to standard output and standard error
 * @throws DatabaseError `ERR_DATABASE_STEP` with the last of what it said
 */
export function runProgram(program: string, args: readonly string[], options: RunOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...options.as,
      cwd: '/',
      env: PLAIN_ENVIRONMENT,
      timeout: options.timeoutMs,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    const keep = (chunk: Buffer) => {
      said = (said + chunk.toString('utf8')).slice(-KEPT_BYTES);
    };
    const fail = (reason: string) => reject(new DatabaseError('ERR_DATABASE_STEP', { step: options.step, reason }));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => fail(error.message));
    child.on('close', (code, signal) => {
      if (code === 0) resolve(said);
      else fail(`ended with ${signal ?? `code ${code}`}: ${said.trim().slice(-500)}`);
    });
  });
}

/** All that PostgreSQL sees of the environment; its time zone and messages must not depend on who starts it. */
export const PLAIN_ENVIRONMENT = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
