import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RoomFiles } from '../../src/api.ts';
import { type House, openHouse } from '../support/house.ts';

async function* pieces(...parts: readonly string[]) {
  for (const part of parts) yield Buffer.from(part);
}

const SHORT = 1_000;
const LARGE = 3_000_000;

/** A sender that begins, and goes on when it is told to. */
function slowSender() {
  let goOn = () => {};
  const told = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  async function* content() {
    yield Buffer.alloc(400_000, 'a');
    await told;
    yield Buffer.alloc(100_000, 'b');
  }
  return { content: content(), goOn };
}

describe('a transfer with a slow other end', { timeout: 30_000 }, () => {
  let house: House;
  let files: RoomFiles;
  const text = (path: string) => readFileSync(join(house.folder, 'workspaces/bob', path), 'utf8');
  const size = async (content: AsyncIterable<Buffer>): Promise<number> => {
    let bytes = 0;
    for await (const piece of content) bytes += piece.length;
    return bytes;
  };
  beforeAll(async () => {
    house = await openHouse();
    ({ files } = await house.rooms.open({ id: 'bob', uid: 200_002 }));
  });
  afterAll(async () => house.close());

  /** What a student does all the time. */
  const others = async () => {
    await files.write('short.py', pieces('x'.repeat(SHORT)), undefined);
    expect(await size((await files.read('short.py')).content)).toBe(SHORT);
    expect((await files.list('')).map(({ name }) => name)).toContain('short.py');
    await files.createFolder('folder');
    await files.remove('folder', false);
  };

  it('to the room holds up no other file', async () => {
    const { content, goOn } = slowSender();
    const upload = files.write('slow.bin', content, null);
    await others();
    goOn();
    await upload;
    expect(text('slow.bin')).toHaveLength(500_000);
  });

  it('from the room holds up no other file', async () => {
    await files.write('large.bin', pieces('x'.repeat(LARGE)), undefined);
    const { content, sizeBytes } = await files.read('large.bin');
    await others();
    expect([sizeBytes, await size(content)]).toEqual([LARGE, LARGE]);
  });

  it('never overwrites what was saved meanwhile', async () => {
    const { version } = await files.write('both.txt', pieces('old'), undefined);
    const { content, goOn } = slowSender();
    const upload = files.write('both.txt', content, version);
    await files.write('both.txt', pieces('new'), version);
    goOn();
    await expect(upload).rejects.toMatchObject({ code: 'ERR_FILE', details: { code: 'changed-meanwhile' } });
    expect(text('both.txt')).toBe('new');
    expect((await files.list('')).filter(({ name }) => name.startsWith('.rowhouse'))).toEqual([]);
  });
});
