import { chmodSync, copyFileSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ensureFolder, look } from './folders.ts';
import type { Ground } from './ground.ts';
import { UID_RANGE } from './requests.ts';
import { type OpenRoom, openRoom } from './room.ts';

const WARM_MS = 120_000;
const NAME = '_fonts';
/** The list of fonts is some hundred kilobytes. */
const CACHE_FILE = /^fontlist-v\d+\.json$/;
const CACHE_BYTES = 16 * 1024 * 1024;

/** matplotlib's list of fonts takes seconds to make: made once, and shown to every room that is opened later. */
export interface FontCache {
  /** `undefined`: it is not there (yet). */
  folder(): string | undefined;
  /** Makes it, if matplotlib is installed, in a throwaway room that gives way to everything else. */
  warmUp(): Promise<void>;
  stop(): Promise<void>;
}

export function createFontCache(ground: Ground, uidBase: number): FontCache {
  const target = path.join(ground.folders.cache, 'matplotlib');
  let room: OpenRoom | undefined;
  let there = look(target)?.isDirectory() ? target : undefined;

  return {
    folder: () => there,
    async warmUp() {
      if (!ground.python.matplotlib || there !== undefined) return;
      const uid = uidBase + UID_RANGE - 1;
      const owner = ground.userOf(uid);
      const workspace = path.join(ground.folders.cache, 'fonts-workspace');
      const socket = path.join(ground.folders.cache, 'fonts-socket');
      rmSync(workspace, { recursive: true, force: true });
      mkdirSync(workspace, { mode: 0o700 });
      if (owner) ensureFolder(workspace, owner, 0o700);
      mkdirSync(socket, { recursive: true, mode: 0o711 });
      try {
        room = await openRoom(ground, {
          name: NAME,
          uid,
          socket,
          token: 'none',
          program: 'warm_fonts.py',
          required: [],
          matplotlibCache: undefined,
          idle: true,
          workspace,
        });
        const timer = setTimeout(() => void room?.end(), WARM_MS);
        await room.exited;
        clearTimeout(timer);
        await room.end();
        there = take(path.join(workspace, 'matplotlib'), target);
      } finally {
        rmSync(workspace, { recursive: true, force: true });
        rmSync(socket, { recursive: true, force: true });
      }
    },
    async stop() {
      await room?.end();
    },
  };
}

/** Takes over the one file, made by a program of ours that nothing of a student was near; nothing runs in there any more. */
function take(from: string, target: string): string | undefined {
  if (!look(from)?.isDirectory()) return undefined;
  const name = readdirSync(from).find((found) => CACHE_FILE.test(found));
  const file = name === undefined ? undefined : look(path.join(from, name));
  if (name === undefined || !file?.isFile() || file.size > CACHE_BYTES) return undefined;
  const fresh = `${target}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o755 });
  copyFileSync(path.join(from, name), path.join(fresh, name));
  chmodSync(path.join(fresh, name), 0o644);
  renameSync(fresh, target);
  return target;
}
