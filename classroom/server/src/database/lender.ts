import { readdirSync, readFileSync, statSync } from 'node:fs';
import { type Account, findAccount } from '@rowhouse/service';

/** Accounts that nearly every system has, and that nearly none uses. */
const CANDIDATES = ['uucp', 'news', 'games', 'lp', 'operator', 'nobody', 'daemon'];

/**
 * PostgreSQL makes a cluster only as a user that has a name, and the database's user is a mere number. So a cluster is
 * made as a system account that runs nothing just then, in a folder nobody else can enter, and given away at once.
 *
 * @returns one that runs nothing, else the first there is; `undefined`: there is none
 */
export function findLender(passwd: string, proc = '/proc'): Account | undefined {
  const there = CANDIDATES.filter((name) => new RegExp(`^${name}:`, 'm').test(passwd)).map((name) =>
    findAccount(name, passwd),
  );
  const busy = new Set(
    readdirSync(proc)
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => ownerOf(`${proc}/${pid}`)),
  );
  return there.find(({ uid }) => !busy.has(uid)) ?? there[0];
}

/** Whether PostgreSQL would find a name for the user. */
export function hasName(uid: number, passwd = readFileSync('/etc/passwd', 'utf8')): boolean {
  return passwd.split('\n').some((line) => line.split(':')[2] === String(uid));
}

function ownerOf(folder: string): number | undefined {
  try {
    return statSync(folder).uid;
  } catch {
    return undefined; // ended meanwhile
  }
}
