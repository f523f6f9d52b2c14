import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { UID_RANGE } from './requests.ts';

/** How one of the system's top folders appears in a room. */
export type SystemFolder =
  | { readonly kind: 'link'; readonly path: string; readonly to: string }
  | { readonly kind: 'folder'; readonly path: string };

const TOP_FOLDERS = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];

/** The system's top folders beside /usr: on most systems links into it, on some folders of their own. */
export function systemFolders(): readonly SystemFolder[] {
  return TOP_FOLDERS.flatMap((path): SystemFolder[] => {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found?.isSymbolicLink()) return [{ kind: 'link', path, to: readlinkSync(path) }];
    return found?.isDirectory() ? [{ kind: 'folder', path }] : [];
  });
}

/** Whether root may become every one of the students' users: in some containers most numbers do not exist. */
export function uidsExist(uidBase: number, map = readOr('/proc/self/uid_map')): boolean {
  return map.split('\n').some((line) => {
    const [first, , count] = line.trim().split(/\s+/).map(Number);
    return first !== undefined && count !== undefined && first <= uidBase && first + count >= uidBase + UID_RANGE;
  });
}

export function readOr(path: string, otherwise = ''): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}
