import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from 'node:fs';

const { O_DIRECTORY, O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

export interface FoundFile {
  readonly name: string;
  readonly content: Buffer;
}

/**
 * Reads a file out of a folder that belongs to another user, who may put anything there at any moment: what is opened is
 * looked at and read, never a name twice, and no link is followed.
 *
 * @param name which of the folder's files; the first that fits
 * @returns `undefined` where there is none, or it is no ordinary file of at most `mostBytes`
 */
export function readOneFile(folder: string, name: RegExp, mostBytes: number): FoundFile | undefined {
  return withOpen(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, (folderFd) => {
    const here = `/proc/self/fd/${folderFd}`;
    const found = readdirSync(here).find((one) => name.test(one));
    if (found === undefined) return undefined;
    // Neither a pipe without a writer nor a device does anything to who opens it so.
    return withOpen(`${here}/${found}`, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, (fd) => {
      const status = fstatSync(fd);
      if (!status.isFile() || status.size > mostBytes) return undefined;
      const content = readAtMost(fd, status.size);
      return content && { name: found, content };
    });
  });
}

/** @returns `undefined` when there is more, for the file may grow while it is read */
function readAtMost(fd: number, mostBytes: number): Buffer | undefined {
  const buffer = Buffer.alloc(mostBytes + 1);
  let bytes = 0;
  for (let read = 1; read > 0 && bytes < buffer.length; bytes += read) {
    read = readSync(fd, buffer, bytes, buffer.length - bytes, null);
  }
  return bytes > mostBytes ? undefined : buffer.subarray(0, bytes);
}

function withOpen<T>(path: string, flags: number, use: (fd: number) => T | undefined): T | undefined {
  let fd: number;
  try {
    fd = openSync(path, flags);
  } catch {
    return undefined;
  }
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}
