import { readFileSync } from 'node:fs';
import { ServiceError, systemReason } from './errors.ts';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Finds an account by name or number; a number that is in no list gets a group of the same number.
 *
 * @param passwd contents of /etc/passwd
 * @throws ServiceError `ERR_USER` for an unknown name and for root
 */
export function findAccount(user: string, passwd: string): Account {
  const numeric = /^\d{1,10}$/.test(user) ? Number(user) : undefined;
  for (const line of passwd.split('\n')) {
    const [name, , uidText, gidText] = line.split(':');
    const uid = Number(uidText);
    if (name === user || (numeric !== undefined && uidText !== undefined && uid === numeric))
      return accept(user, { uid, gid: Number(gidText) });
  }
  if (numeric === undefined) throw new ServiceError('ERR_USER', { user, reason: 'there is no such user' });
  return accept(user, { uid: numeric, gid: numeric });
}

function accept(user: string, account: Account): Account {
  if (!(account.uid > 0 && account.gid > 0))
    throw new ServiceError('ERR_USER', { user, reason: 'network input is not parsed as root' });
  return account;
}

/**
 * Gives up root for good: supplementary groups, group, user, in that order, and proves that there is no way back.
 * Everything that needs root, or files that the user may not read, must have been done before.
 *
 * @returns `false` when the process is not root and nothing was done
 * @throws ServiceError `ERR_USER`, `ERR_PRIVILEGES`; the process must then end
 */
export function dropPrivileges(user: string): boolean {
  if (process.getuid?.() !== 0 || !process.setgroups || !process.setgid || !process.setuid) return false;
  const { uid, gid } = findAccount(user, readFileSync('/etc/passwd', 'utf8'));
  try {
    process.setgroups([]);
    process.setgid(gid);
    process.setuid(uid);
  } catch (error) {
    throw new ServiceError('ERR_PRIVILEGES', { reason: systemReason(error) });
  }
  for (const regain of [() => process.setuid?.(0), () => process.setgid?.(0)]) {
    if (succeeds(regain)) throw new ServiceError('ERR_PRIVILEGES', { reason: 'root could be regained' });
  }
  if (process.getuid() !== uid || process.geteuid?.() !== uid || process.getgid?.() !== gid)
    throw new ServiceError('ERR_PRIVILEGES', { reason: `the process does not run as uid ${uid}` });
  return true;
}

function succeeds(attempt: () => void): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}
