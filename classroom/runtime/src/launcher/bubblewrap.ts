import { existsSync } from 'node:fs';
import { runCommand } from './command.ts';
import type { Owner } from './folders.ts';

export interface Bubblewrap {
  readonly path: string;
  readonly version: string;
  /** `--size` for a tmpfs, from 0.7. */
  readonly sizes: boolean;
  /** `--disable-userns`, from 0.8. */
  readonly disableUserns: boolean;
}

/** Fixed places: what root starts is not looked for along a path. */
const PLACES = ['/usr/bin/bwrap', '/bin/bwrap', '/usr/local/bin/bwrap'];

/** @returns a sentence when there is none, or it may not make namespaces */
export async function findBubblewrap(student: Owner | undefined): Promise<Bubblewrap | string> {
  const place = PLACES.find((candidate) => existsSync(candidate));
  if (place === undefined) return 'bubblewrap is not installed';
  const said = await runCommand(place, ['--version']);
  const [version, major, minor] = /\b(\d+)\.(\d+)\.\d+/.exec(said.stdout) ?? [];
  if (version === undefined) return `${place} does not tell its version`;
  const number = Number(major) * 1000 + Number(minor);
  // The room that is made later, with nothing in it: some systems forbid namespaces to ordinary users.
  const trial = await runCommand(
    place,
    ['--unshare-user', '--unshare-pid', '--unshare-net', '--ro-bind', '/', '/', '--proc', '/proc', '/usr/bin/true'],
    {
      user: student,
    },
  );
  if (trial.code !== 0) return `bubblewrap may not make namespaces here: ${firstLine(trial.stderr)}`;
  return { path: place, version, sizes: number >= 7, disableUserns: number >= 8 };
}

/** For people and logs: printable, and short. */
export function firstLine(text: string): string {
  return (text.split('\n', 1)[0] ?? '').replaceAll(/[^ -~]/g, '?').slice(0, 200);
}
