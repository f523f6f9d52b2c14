import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ensureFolder, look, ownUser } from './folders.ts';
import type { Ground } from './ground.ts';
import { readOneFile } from './read-one-file.ts';
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
  // A newer one may want another list.
  const target = path.join(ground.folders.cache, `matplotlib-${ground.python.matplotlib}`);
  let room: OpenRoom | undefined;
  let there = look(target)?.isDirectory() ? target : undefined;
  let warming: Promise<void> | undefined;
  let stopped = false;

  const warm = async (workspace: string, socket: string): Promise<void> => {
    room = await openRoom(ground, {
      name: NAME,
      uid: uidBase + UID_RANGE - 1,
      socket,
      token: 'none',
      program: 'warm_fonts.py',
      required: [],
      matplotlibCache: undefined,
      idle: true,
      workspace,
    });
    const timer = setTimeout(() => void room?.end(), WARM_MS);
    if (stopped) await room.end();
    await room.exited;
    clearTimeout(timer);
    const { left } = await room.end();
    // What could not be ended could still write there.
    if (left.length === 0) there = take(path.join(workspace, 'matplotlib'), target);
  };

  const warmInFolders = async (): Promise<void> => {
    const workspace = path.join(ground.folders.cache, 'fonts-workspace');
    const socket = path.join(ground.folders.cache, 'fonts-socket');
    const owner = ground.userOf(uidBase + UID_RANGE - 1) ?? ownUser();
    const clear = () => {
      for (const folder of [workspace, socket]) rmSync(folder, { recursive: true, force: true });
    };
    clear();
    ensureFolder(workspace, owner, 0o700);
    mkdirSync(socket, { mode: 0o711 });
    try {
      await warm(workspace, socket);
    } finally {
      clear();
    }
  };

  return {
    folder: () => there,
    async warmUp() {
      if (ground.python.matplotlib === null || there !== undefined || stopped) return;
      warming ??= warmInFolders();
      await warming;
    },
    async stop() {
      stopped = true;
      await room?.end();
      await warming?.catch(() => {}); // told to whoever asked for it
    },
  };
}

/** Takes over the one file, made by a program of ours that nothing of a student was near. */
function take(from: string, target: string): string | undefined {
  const list = readOneFile(from, CACHE_FILE, CACHE_BYTES);
  if (list === undefined) return undefined;
  const fresh = `${target}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o755 });
  writeFileSync(path.join(fresh, list.name), list.content, { mode: 0o644 });
  renameSync(fresh, target);
  return target;
}
