import { chmodSync, chownSync, lstatSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { type Account, systemReason } from '@rowhouse/service';
import { LaunchError } from './errors.ts';

/** Where everything of one classroom lies. */
export interface Folders {
  /** What must outlive a restart: workspaces, the database, figures of the machine. */
  readonly data: string;
  readonly database: string;
  /** Sockets, made anew at every start. Short, for a socket's path may not be long. */
  readonly run: string;
  readonly rooms: string;
  readonly launcherSocket: string;
  readonly operatorSocket: string;
}

interface Where {
  readonly isRoot: boolean;
  readonly uid: number;
  /** `XDG_RUNTIME_DIR` and `XDG_DATA_HOME` of the user. */
  readonly runtimeFolder: string | undefined;
  readonly dataHome: string | undefined;
}

/**
 * @param demo a demo has a folder of its own, so that it never meets a real class
 * @param port names the sockets' folder, so that two classrooms can run side by side
 */
export function folderNames(
  options: { readonly dataFolder: string | null; readonly demo: boolean; readonly port: number },
  where: Where,
): Folders {
  const name = options.demo ? 'classroom-demo' : 'classroom';
  const home = where.isRoot ? '/var/lib' : (absolute(where.dataHome) ?? path.join(homedir(), '.local/share'));
  const data = options.dataFolder ?? path.join(home, 'rowhouse', name);
  const own = absolute(where.runtimeFolder) ?? path.join(tmpdir(), `rowhouse-${where.uid}`);
  const run = path.join(where.isRoot ? '/run/rowhouse' : own, `classroom-${options.port}`);
  return {
    data,
    database: path.join(data, 'database'),
    run,
    rooms: path.join(run, 'rooms'),
    launcherSocket: path.join(run, 'launcher', 'launcher.sock'),
    operatorSocket: path.join(run, 'operator', 'operator.sock'),
  };
}

/** Empty and relative ones are to be ignored, by the specification of these variables. */
const absolute = (folder: string | undefined): string | undefined => (folder?.startsWith('/') ? folder : undefined);

/**
 * Makes the folders with their owners and modes.
 *
 * @param server the server's user, when we are root
 * @throws LaunchError `ERR_LAUNCH_FOLDER`, `ERR_LAUNCH_CLOSED`
 */
export function makeFolders(folders: Folders, server: Account | null): void {
  // Others pass through the data folder to their own part of it, and see nothing on the way.
  make(folders.data, server ? 0o711 : 0o700, null);
  if (server) requireWayTo(folders.data);
  make(path.dirname(folders.run), server ? 0o711 : 0o700, null);
  make(folders.run, server ? 0o711 : 0o700, null);
  // A room is entered by its student's user, which only knows the name of its own folder.
  make(folders.rooms, server ? 0o711 : 0o700, server);
  make(path.dirname(folders.operatorSocket), 0o700, server);
}

/** Removes the sockets' folder, as far as it can be removed: what is left is made good at the next start. */
export function removeRunFolder({ run }: Folders): void {
  try {
    rmSync(run, { recursive: true, force: true });
  } catch {
    // not ours, or in use: harmless
  }
}

/** The database, the server and the students' rooms run as users of their own, who have to get there. */
function requireWayTo(folder: string): void {
  const above = path.dirname(folder);
  if (above === folder) return;
  requireWayTo(above);
  if ((statSync(above).mode & 0o001) === 0) throw new LaunchError('ERR_LAUNCH_CLOSED', { folder, above });
}

function make(folder: string, mode: number, owner: Account | null): void {
  try {
    mkdirSync(folder, { recursive: true, mode });
    const stat = lstatSync(folder);
    const uid = process.getuid?.();
    if (!stat.isDirectory()) throw new Error('is not a folder');
    // In a folder such as /tmp somebody else may have been there first.
    if (uid !== undefined && stat.uid !== uid && stat.uid !== owner?.uid) throw new Error('belongs to somebody else');
    if (owner) chownSync(folder, owner.uid, owner.gid);
    chmodSync(folder, mode);
  } catch (error) {
    throw new LaunchError('ERR_LAUNCH_FOLDER', { folder, reason: systemReason(error) });
  }
}
