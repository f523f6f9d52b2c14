import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Room, RoomFiles } from '../../src/api.ts';
import { type House, openHouse } from '../support/house.ts';
import { watch } from '../support/watcher.ts';

async function bytes(content: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of content) parts.push(part);
  return Buffer.concat(parts);
}

async function* pieces(...parts: readonly (string | Buffer)[]) {
  for (const part of parts) yield Buffer.from(part);
}

describe('files of a room', () => {
  let house: House;
  let room: Room;
  let files: RoomFiles;
  const inWorkspace = (path: string) => join(house.folder, 'workspaces/bob', path);
  beforeAll(async () => {
    house = await openHouse({ limits: { diskBytes: 30 * 1024 * 1024, diskFiles: 100, fileOperationMs: 1_000 } });
    room = await house.rooms.open({ id: 'bob', uid: 200_002 });
    ({ files } = room);
  });
  afterAll(async () => house.close());

  it('are written, listed, read and versioned', async () => {
    const { version } = await files.write('a.py', pieces('print', '(1)\n'), null);
    expect(readFileSync(inWorkspace('a.py'), 'utf8')).toBe('print(1)\n');
    expect(await files.list('')).toEqual([expect.objectContaining({ name: 'a.py', kind: 'file', sizeBytes: 9 })]);
    expect(await files.stat('a.py')).toMatchObject({ version, sizeBytes: 9 });
    const read = await files.read('a.py');
    expect(read).toMatchObject({ version, sizeBytes: 9 });
    expect((await bytes(read.content)).toString()).toBe('print(1)\n');
  });

  it('are never overwritten by whoever did not see them', async () => {
    const { version } = await files.write('b.py', pieces('1'), null);
    await expect(files.write('b.py', pieces('2'), null)).rejects.toMatchObject({
      code: 'ERR_FILE',
      details: { code: 'already-exists', path: 'b.py' },
    });
    await files.write('b.py', pieces('22'), version);
    await expect(files.write('b.py', pieces('3'), version)).rejects.toMatchObject({
      details: { code: 'changed-meanwhile' },
    });
    await files.write('b.py', pieces('44'), undefined);
    expect(readFileSync(inWorkspace('b.py'), 'utf8')).toBe('44');
  });

  it('are streamed when they are large, also past others', { timeout: 20_000 }, async () => {
    const large = Buffer.alloc(8 * 1024 * 1024, 'abcdefgh');
    await files.write('large.bin', pieces(large.subarray(0, 3_000_000), large.subarray(3_000_000)), undefined);
    const read = await files.read('large.bin');
    expect(read.sizeBytes).toBe(large.length);
    expect((await bytes(read.content)).equals(large)).toBe(true);
    await files.remove('large.bin', false);
  });

  it('do not wait for a slow reader of up to a megabyte', async () => {
    await files.write('mega.bin', pieces(Buffer.alloc(900_000)), undefined);
    const slow = await files.read('mega.bin');
    expect((await files.list('')).length).toBeGreaterThan(0);
    expect((await bytes(slow.content)).length).toBe(900_000);
  });

  it('are given up when their reader lets go, or stands still', { timeout: 20_000 }, async () => {
    await files.write('big.bin', pieces(Buffer.alloc(6_000_000)), undefined);
    const dropped = await files.read('big.bin');
    for await (const piece of dropped.content) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    await files.stat('big.bin');
    const still = await files.read('big.bin');
    const next = await files.read('big.bin'); // waits for the time limit
    await expect(bytes(still.content)).rejects.toMatchObject({ details: { code: 'timed-out' } });
    expect((await bytes(next.content)).length).toBe(6_000_000);
    await files.remove('big.bin', false);
  });

  it('leave nothing of a content that fails', async () => {
    async function* broken() {
      yield Buffer.alloc(400_000);
      throw new Error('the sender went away');
    }
    await expect(files.write('never.bin', broken(), undefined)).rejects.toThrow('the sender went away');
    await expect(files.stat('never.bin')).rejects.toMatchObject({ details: { code: 'not-found' } });
    expect((await files.list('')).map((entry) => entry.name)).not.toContain('never.bin');
  });

  it('are made, moved and removed', async () => {
    await files.createFolder('folder');
    await files.rename('a.py', 'folder/c.py');
    expect(existsSync(inWorkspace('folder/c.py'))).toBe(true);
    await expect(files.remove('folder', false)).rejects.toMatchObject({ details: { code: 'folder-not-empty' } });
    await files.remove('folder', true);
    expect(existsSync(inWorkspace('folder'))).toBe(false);
    await expect(files.createFolder('b.py/x')).rejects.toMatchObject({ code: 'ERR_FILE' });
  });

  it('cannot lead outside', async () => {
    symlinkSync('/etc/passwd', inWorkspace('link'));
    const wrong = ['../x', '/etc/passwd', 'link', 'a\0b', '', '.', 'x/../../y'];
    for (const path of wrong) await expect(files.read(path), path).rejects.toMatchObject({ code: 'ERR_FILE' });
  });

  it('have their limits', async () => {
    await expect(files.write('x.bin', pieces(Buffer.alloc(31 * 1024 * 1024)), undefined)).rejects.toMatchObject({
      details: { code: 'disk-limit' },
    });
    await files.write('counted', pieces('x'), undefined);
    // Faster than anybody counts: what was counted before a program ran is not known any more.
    const source = 'for n in range(100): open(f"n{n}", "w").close()';
    await watch(await room.start({ kind: 'script', source }, () => {})).ended;
    await expect(files.write('one-more', pieces('x'), undefined)).rejects.toMatchObject({
      details: { code: 'disk-limit' },
    });
    expect((await files.usage()).files).toBeGreaterThanOrEqual(100);
    for (let n = 0; n < 100; n += 1) await files.remove(`n${n}`, false);
  });

  it('end the program that fills them', { timeout: 20_000 }, async () => {
    const source =
      'import time\nfor n in range(40):\n  open(f"f{n}", "wb").write(b"x" * 1000000)\nprint("on")\ntime.sleep(60)';
    const process = await room.start({ kind: 'script', source }, () => {});
    expect(await watch(process).ended).toMatchObject({ reason: 'disk-limit' });
    // How many there are is a matter of who was faster.
    for (const { name } of await files.list('')) if (/^f\d+$/.test(name)) await files.remove(name, false);
    expect(house.events.filter((event) => event.type === 'limit-reached')).toHaveLength(1);
  });

  it('work for many students at once', { timeout: 20_000 }, async () => {
    const took: number[] = [];
    const many = await Promise.all(
      Array.from({ length: 8 }, (_, n) => house.rooms.open({ id: `many-${n}`, uid: 200_100 + n })),
    );
    mkdirSync(inWorkspace('together'), { recursive: true });
    await Promise.all(
      many.flatMap((one) =>
        Array.from({ length: 20 }, async (_, n) => {
          const startMs = performance.now();
          await one.files.write(`f${n}`, pieces(`content ${n}`), null);
          took.push(performance.now() - startMs);
          expect((await bytes((await one.files.read(`f${n}`)).content)).toString()).toBe(`content ${n}`);
        }),
      ),
    );
    expect(took).toHaveLength(160);
  });

  it('fail alone when the room is gone, and work in the next', async () => {
    house.launcher.host('bob')?.kill('SIGKILL');
    await files.list('').catch(() => {});
    expect(Array.isArray(await files.list(''))).toBe(true);
  });
});
