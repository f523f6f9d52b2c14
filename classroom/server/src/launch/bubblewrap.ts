import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';

const FOLDERS = ['/usr/bin', '/usr/local/bin', '/bin', '/usr/sbin', '/sbin'];
const INSTALL_MS = 180_000;

/** How each system installs a package. */
const MANAGERS = [
  { program: 'apt-get', args: ['install', '-y', '--no-install-recommends'] },
  { program: 'dnf', args: ['install', '-y'] },
  { program: 'zypper', args: ['--non-interactive', 'install'] },
  { program: 'pacman', args: ['-S', '--noconfirm'] },
  { program: 'apk', args: ['add'] },
] as const;

/** What can be found and done on a machine. */
export interface Machine {
  readonly isRoot: boolean;
  /** Whether there is such a program where systems keep theirs. */
  readonly has: (program: string) => boolean;
  /** @returns whether it ended well */
  readonly run: (program: string, args: readonly string[]) => Promise<boolean>;
}

/**
 * Sees to it that bubblewrap is there: installs it as root where that is one command, else says which command it is.
 * Without it rooms have fewer walls; whether that is enough is decided later, when they have been tried.
 */
export async function ensureBubblewrap(print: (line: string) => void, machine: Machine = thisMachine()): Promise<void> {
  const { has, run, isRoot } = machine;
  if (has('bwrap')) return;
  const manager = MANAGERS.find(({ program }) => has(program));
  if (!manager)
    return print(
      'bubblewrap is not installed; without it rooms have fewer walls. Install it with the packages of your system.',
    );
  const { program, args } = manager;
  const command = [program, ...args, 'bubblewrap'].join(' ');
  if (!isRoot) return print(`bubblewrap is not installed; without it rooms have fewer walls: sudo ${command}`);
  print(`Installing bubblewrap for the walls of the rooms: ${command}`);
  const install = () => run(program, [...args, 'bubblewrap']);
  // Lists of packages are often missing in a fresh container.
  if (await install()) return print('bubblewrap is installed.');
  if (program === 'apt-get' && (await run(program, ['update'])) && (await install()))
    return print('bubblewrap is installed.');
  return print(`bubblewrap could not be installed; without it rooms have fewer walls: ${command}`);
}

function thisMachine(): Machine {
  return { isRoot: process.getuid?.() === 0, has: isThere, run: succeeds };
}

function isThere(program: string): boolean {
  return FOLDERS.some((folder) => {
    try {
      accessSync(`${folder}/${program}`, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function succeeds(program: string, args: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: 'ignore',
      timeout: INSTALL_MS,
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', DEBIAN_FRONTEND: 'noninteractive', LANG: 'C.UTF-8' },
    });
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });
}
