import { chmodSync, chownSync, lstatSync, mkdirSync, type Stats } from 'node:fs';
import path from 'node:path';
import { LauncherError } from './errors.ts';

/** Where everything lies. Nothing in here comes from a request but names that were checked before. */
export interface Folders {
  readonly workspaces: string;
  readonly classFolder: string;
  readonly state: string;
  readonly programs: string;
  readonly cache: string;
  workspace(room: string): string;
}

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

export const foldersOf = (dataFolder: string): Folders => {
  const workspaces = path.join(dataFolder, 'workspaces');
  return {
    workspaces,
    classFolder: path.join(dataFolder, 'class'),
    state: path.join(dataFolder, 'state'),
    programs: path.join(dataFolder, 'programs'),
    cache: path.join(dataFolder, 'cache'),
    workspace: (room) => path.join(workspaces, room),
  };
};

/**
 * Makes the folders of the launcher; students' users may pass, but see nothing on the way.
 *
 * @param server owns what the teacher writes to; `undefined`: everything belongs to this user
 * @throws LauncherError `ERR_LAUNCHER_FOLDER`
 */
export function prepareFolders(dataFolder: string, server: Owner | undefined): Folders {
  const folders = foldersOf(dataFolder);
  const own = ownUser();
  ensureFolder(dataFolder, own, 0o711);
  ensureFolder(folders.workspaces, own, 0o711);
  ensureFolder(folders.classFolder, server ?? own, 0o755);
  ensureFolder(folders.state, own, 0o700);
  ensureFolder(folders.programs, own, 0o755);
  ensureFolder(folders.cache, own, 0o755);
  if (server !== undefined) requirePassage(dataFolder);
  return folders;
}

/**
 * Makes a student's workspace, or makes sure that the one there is theirs. Its folder's name was checked, and the folder
 * above belongs to this user: nobody else can put anything in its place.
 *
 * @param owner `undefined`: students have no uids of their own
 */
export function ensureWorkspace(folder: string, owner: Owner | undefined): void {
  const found = look(folder);
  if (found === undefined) {
    mkdirSync(folder, { mode: 0o700 });
    if (owner !== undefined) chownSync(folder, owner.uid, owner.gid);
    return;
  }
  requireFolder(folder, found);
  if (owner !== undefined && found.uid !== owner.uid) {
    throw new LauncherError('ERR_LAUNCHER_UID', {
      uid: owner.uid,
      reason: `the workspace ${path.basename(folder)} belongs to uid ${found.uid}`,
    });
  }
}

/** Makes the folder, or corrects the owner and the mode of the one there is. */
export function ensureFolder(folder: string, owner: Owner, mode: number): void {
  const found = look(folder);
  try {
    if (found === undefined) mkdirSync(folder, { recursive: true, mode: 0o755 });
    else requireFolder(folder, found);
    const { uid, gid } = lstatSync(folder);
    if (uid !== owner.uid || gid !== owner.gid) chownSync(folder, owner.uid, owner.gid);
    chmodSync(folder, mode);
  } catch (error) {
    if (error instanceof LauncherError) throw error;
    throw new LauncherError('ERR_LAUNCHER_FOLDER', { folder, reason: reasonOf(error) });
  }
}

/** What is there itself, never what it points to; `undefined`: nothing. */
export function look(file: string): Stats | undefined {
  return lstatSync(file, { throwIfNoEntry: false });
}

export function ownUser(): Owner {
  return { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function requireFolder(folder: string, found: Stats): void {
  if (!found.isDirectory()) throw new LauncherError('ERR_LAUNCHER_FOLDER', { folder, reason: 'it is not a folder' });
}

/** Students' users must be able to pass through every folder above their workspaces. */
function requirePassage(dataFolder: string): void {
  for (let folder = path.resolve(dataFolder); ; folder = path.dirname(folder)) {
    const others = (look(folder)?.mode ?? 0) & 0o001;
    if (others === 0) {
      const reason = `other users cannot pass through ${folder}: chmod o+x, or choose another data folder`;
      throw new LauncherError('ERR_LAUNCHER_FOLDER', { folder: dataFolder, reason });
    }
    if (folder === path.dirname(folder)) return;
  }
}
