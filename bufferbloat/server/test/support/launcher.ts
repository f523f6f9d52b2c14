import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

const PACKAGE = path.join(import.meta.dirname, '../..');

/** The launcher from its sources. */
export const run = (args: readonly string[], env: Record<string, string> = {}): ChildProcess =>
  spawn(process.execPath, ['--conditions=source', '--import', 'tsx', 'src/main.ts', ...args], {
    cwd: PACKAGE,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', ...env },
  });

/** The first line on a stream that matches; the stream is read on. */
export function line(stream: NodeJS.ReadableStream | null, pattern: RegExp): Promise<RegExpExecArray> {
  if (!stream) throw new Error('no such stream');
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: stream });
    const seen: string[] = [];
    lines.on('line', (text) => {
      seen.push(text);
      const match = pattern.exec(text);
      if (match) resolve(match);
    });
    lines.on('close', () => reject(new Error(`${pattern.source} was not among:\n${seen.join('\n')}`)));
  });
}

/** Runs to the end and resolves with the exit code and what was printed. */
export async function outcome(args: readonly string[], env: Record<string, string> = {}) {
  const child = run(args, env);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, text };
}
