import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { LaunchError } from './errors.ts';

const run = promisify(execFile);

/** The system's own first: it starts in 11 ms and lies where every room can read it; a version manager's shim does neither. */
const CANDIDATES = ['/usr/bin/python3', '/usr/local/bin/python3', 'python3'];
const OLDEST_MINOR = 9;
const PROBE = 'import sys; print(sys.version_info[0], sys.version_info[1], sys.executable)';
const PROBE_MS = 10_000;

/**
 * Finds the Python of the rooms.
 *
 * @param given the one that was asked for: that or none
 * @returns the file itself, however it was named
 * @throws LaunchError `ERR_LAUNCH_PYTHON`
 */
export async function findPython(given: string | null): Promise<string> {
  const tried = given === null ? CANDIDATES : [given];
  let reason = 'cannot be started';
  for (const candidate of tried) {
    const found = await probe(candidate);
    if (!found) continue;
    if (found.major === 3 && found.minor >= OLDEST_MINOR) return found.file;
    reason = `is Python ${found.major}.${found.minor}`;
  }
  throw new LaunchError('ERR_LAUNCH_PYTHON', { tried, reason });
}

async function probe(file: string): Promise<{ major: number; minor: number; file: string } | undefined> {
  try {
    const { stdout } = await run(file, ['-I', '-c', PROBE], { timeout: PROBE_MS, cwd: '/' });
    const [, major, minor, executable] = /^(\d+) (\d+) (.+)$/m.exec(stdout) ?? [];
    return executable === undefined ? undefined : { major: Number(major), minor: Number(minor), file: executable };
  } catch {
    return undefined;
  }
}
