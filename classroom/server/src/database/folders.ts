import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { type Account, findAccount, systemReason } from '@rowhouse/service';
import { DatabaseError } from './errors.ts';
import { databasePlaces, type DatabasePlaces, type DatabaseSettings, SOCKET_PORT } from './settings.ts';

/** What `sockaddr_un` holds, less its terminating zero. */
const SOCKET_PATH_BYTES = 107;

export interface Prepared {
  readonly places: DatabasePlaces;
  /** As whom the database runs; `null`: as ourselves. */
  readonly user: Account | null;
  readonly password: string;
}

/**
 * Makes the folders with their owners and modes, and the password. As root, before root is given up: the outer folder
 * stays root's, so that the database's user can put no link in the way of what root does in it.
 *
 * @param newPassword makes one when there is none yet
 * @throws DatabaseError `ERR_DATABASE_FOLDER`, `ERR_DATABASE_PATH_LENGTH`; ServiceError `ERR_USER`
 */
export function prepareFolders(settings: DatabaseSettings, newPassword: () => string): Prepared {
  const places = databasePlaces(settings.folder);
  const socket = `${places.socketFolder}/.s.PGSQL.${SOCKET_PORT}.lock`;
  if (Buffer.byteLength(socket) > SOCKET_PATH_BYTES)
    throw new DatabaseError('ERR_DATABASE_PATH_LENGTH', { path: socket, limit: SOCKET_PATH_BYTES });
  const users = findUsers(settings);
  try {
    mkdirSync(settings.folder, { recursive: true });
    chmodSync(settings.folder, users ? 0o711 : 0o700);
    makeFolder(places.home, 0o700, users && users.database);
    const entrants = users && { uid: users.database.uid, gid: users.server.gid };
    makeFolder(places.socketFolder, users ? 0o710 : 0o700, entrants);
    const password = existsSync(places.passwordFile)
      ? readFileSync(places.passwordFile, 'utf8')
      : writePassword(places.passwordFile, newPassword(), users && users.server);
    return { places, user: users && users.database, password };
  } catch (error) {
    throw new DatabaseError('ERR_DATABASE_FOLDER', { folder: settings.folder, reason: systemReason(error) });
  }
}

function findUsers(settings: DatabaseSettings): { readonly database: Account; readonly server: Account } | null {
  if (process.getuid?.() !== 0) return null;
  const passwd = readFileSync('/etc/passwd', 'utf8');
  return { database: findAccount(settings.user, passwd), server: findAccount(settings.serverUser, passwd) };
}

function makeFolder(folder: string, mode: number, owner: Account | null): void {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, mode);
  if (owner) chownSync(folder, owner.uid, owner.gid);
}

/** It takes its name last: what is read there later is whole. */
function writePassword(file: string, password: string, owner: Account | null): string {
  const half = `${file}.new`;
  rmSync(half, { force: true });
  writeFileSync(half, password, { mode: 0o600, flag: 'wx' });
  if (owner) chownSync(half, owner.uid, owner.gid);
  renameSync(half, file);
  return password;
}
