import { type ChildProcess, execFile } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { LabError } from './errors.ts';

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
  /** Exit code; -1 when a signal ended the program or it could not be started. */
  readonly code: number;
}

/** Runs a program to its end and collects what it prints; never rejects. */
export function runProgram(command: string, args: readonly string[], input?: string): Promise<Output> {
  return new Promise((resolve) => {
    const child = execFile(command, args, { maxBuffer: 2 ** 28 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ stdout, stderr: code === -1 && stderr === '' ? String(error?.message) : stderr, code });
    });
    // A program that ends without reading its input must not take this process with it.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input ?? '');
  });
}

/** Like `runProgram`, but anything other than success throws a `LabError` (`setup-failed`) with the first complaint. */
export async function mustRun(command: string, args: readonly string[], input?: string): Promise<string> {
  const { stdout, stderr, code } = await runProgram(command, args, input);
  if (code === 0) return stdout;
  throw new LabError('setup-failed', `${[command, ...args].join(' ')}: ${stderr.trim().split('\n')[0] ?? code}`);
}

// A tool of the repository, not a dependency of the package: what is built does not need it.
const SOURCE_LOADER = 'tsx';

/** The command line that runs one of this package's own programs, from its source or as built. */
export function ownProgram(name: 'relay' | 'sampler' | 'udp-echo', ...args: readonly string[]): string[] {
  const own = import.meta.url;
  if (!own.endsWith('.ts')) return [process.execPath, fileURLToPath(new URL(`./programs/${name}.js`, own)), ...args];
  const source = fileURLToPath(new URL(`./programs/${name}.ts`, own));
  return [process.execPath, '--import', import.meta.resolve(SOURCE_LOADER), source, ...args];
}

/** Resolves when the program prints the line `ready`; a `LabError` (`program-failed`) if it ends before that. */
export async function whenReady(child: ChildProcess, name: string): Promise<void> {
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  await new Promise<void>((resolve, reject) => {
    let printed = '';
    child.stdout?.on('data', function onData(chunk: Buffer) {
      printed += chunk.toString();
      if (!printed.startsWith('ready\n')) return;
      child.stdout?.off('data', onData);
      // What follows the first line, if anything, belongs to whoever reads on.
      if (printed.length > 6) child.stdout?.unshift(Buffer.from(printed.slice(6)));
      resolve();
    });
    child.once('error', reject);
    child.once('exit', () => reject(new LabError('program-failed', `${name} ended at start: ${complaint.trim()}`)));
  });
}

/** Asks a program to end and, after `patienceMs`, ends it; resolves when it is gone. */
export async function endProcess(child: ChildProcess, patienceMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  await gone;
  clearTimeout(force);
}
