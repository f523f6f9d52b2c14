import { CLASS_FOLDER } from '@rowhouse/classroom-protocol';
import type { Room } from '@rowhouse/classroom-runtime';
import { SAMPLE_FILES } from './samples.ts';

/** Puts the samples into a workspace, once for each room and only where there is nothing yet. */
export function createFurnisher(): (room: Room) => Promise<void> {
  const done = new WeakMap<Room, Promise<void>>();
  return (room) => {
    const known = done.get(room);
    if (known) return known;
    // The room is as good without them.
    const work = fill(room).catch(() => {});
    done.set(room, work);
    return work;
  };
}

async function fill({ files }: Room): Promise<void> {
  const entries = await files.list('');
  if (entries.some(({ name }) => name !== CLASS_FOLDER)) return;
  for (const [name, content] of Object.entries(SAMPLE_FILES)) {
    await files.write(name, bytes(content), null);
  }
}

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
