import { writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@rowhouse/supervisor';
import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { contentHead, jsonFrame } from '../../src/room/frames.ts';
import { createHostLink } from '../../src/room/host-link.ts';
import { WireError } from '../../src/room/wire-error.ts';
import { type House, openHouse } from '../support/house.ts';
import { watch } from '../support/watcher.ts';

const TOKEN = 'the token of the room';
const READY = { t: 'ready', version: 1, python: '3', token: TOKEN, walls: {} };

/** Both ends of a connection. */
async function connected(): Promise<{ ours: Socket; theirs: Socket; close(): void }> {
  const folder = mkdtempSync(join(tmpdir(), 'rowhouse-link-'));
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(join(folder, 's'), resolve);
  });
  const accepted = new Promise<Socket>((resolve) => {
    server.once('connection', resolve);
  });
  const theirs = connect(join(folder, 's'));
  const ours = await accepted;
  theirs.on('error', () => {});
  return {
    ours,
    theirs,
    close() {
      theirs.destroy();
      ours.destroy();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function hear(bytes: readonly Buffer[], ready = true): Promise<{ error: Error | undefined; heard: unknown[] }> {
  const { ours, theirs, close } = await connected();
  const heard: unknown[] = [];
  try {
    return await new Promise((resolve) => {
      createHostLink(ours, TOKEN, systemClock, {
        onReady: () => heard.push('ready'),
        onMessage: (message) => heard.push(message),
        onContent: (channel, kind, content) => heard.push([channel, kind, content.length]),
        onClosed: (error) => resolve({ error, heard }),
      });
      if (ready) theirs.write(jsonFrame(READY)!);
      for (const one of bytes) theirs.write(one);
      theirs.end();
    });
  } finally {
    close();
  }
}

describe('the link with a host that says anything', () => {
  it('takes frames or closes with a WireError, whatever comes', async () => {
    const frame = fc
      .tuple(fc.integer({ min: 0, max: 12 }), fc.constantFrom(0x4a, 0x42, 7), fc.uint8Array({ maxLength: 12 }))
      .map(([length, form, rest]) => Buffer.from([0, 0, 0, length, form, ...rest]));
    const good = fc.nat(100).map((n) => Buffer.concat([contentHead(n, 1, n), Buffer.alloc(n)]));
    const message = fc.json({ maxDepth: 2 }).map((text) => jsonFrame(JSON.parse(`{"t":${text}}`) as object)!);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(frame, good, message), { maxLength: 12 }),
        fc.boolean(),
        async (bytes, ready) => {
          const { error } = await hear(bytes, ready);
          if (error !== undefined && !('syscall' in error)) expect(error).toBeInstanceOf(WireError);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('wants the right token first, and once', async () => {
    expect((await hear([jsonFrame({ ...READY, token: 'another' })!], false)).error?.message).toContain('a wrong token');
    expect((await hear([jsonFrame({ t: 'spare', spare: 1, pid: 2 })!], false)).error?.message).toContain(
      'before ready',
    );
    expect((await hear([jsonFrame(READY)!])).error?.message).toContain('ready twice');
    expect((await hear([contentHead(1, 1, 0)], false)).error?.message).toContain('before ready');
  });

  it('takes all of a flood in the end', async () => {
    const one = Buffer.concat([contentHead(1, 1, 1), Buffer.from('x')]);
    const { heard, error } = await hear([Buffer.concat(Array.from({ length: 20_000 }, () => one))]);
    expect(error).toBeUndefined();
    expect(heard).toHaveLength(20_001);
  });

  it('takes what it held back of a flood when the connection breaks', async () => {
    const { ours, theirs, close } = await connected();
    let frames = 0;
    const still = { nowMs: () => 0, after: () => () => {} };
    const closed = new Promise((resolve) => {
      const onContent = () => (frames += 1);
      createHostLink(ours, TOKEN, still, { onReady() {}, onMessage() {}, onContent, onClosed: resolve });
    });
    const one = Buffer.concat([contentHead(1, 1, 1), Buffer.from('x')]);
    theirs.write(Buffer.concat([jsonFrame(READY)!, ...Array.from({ length: 4_500 }, () => one)]));
    await expect.poll(() => ours.isPaused()).toBe(true);
    expect(frames).toBeLessThan(4_500);
    ours.destroy(new Error('broken'));
    expect(await closed).toMatchObject({ message: 'broken' });
    expect(frames).toBe(4_500);
    close();
  });
});

/** A host in Python that says what it is told to say, after a proper beginning. */
const host = (then: string) => `
import json, os, socket, struct, sys, time
link = socket.socket(socket.AF_UNIX)
link.connect(os.environ["ROWHOUSE_SOCKET"])
def say(**message):
    body = b"J" + json.dumps(message).encode()
    link.sendall(struct.pack(">I", len(body)) + body)
def content(channel, kind, data):
    try: link.sendall(struct.pack(">IcIB", 6 + len(data), b"B", channel, kind) + data)
    except BrokenPipeError: sys.exit()  # hung up on, as it should be
def hear():
    try: length, = struct.unpack(">I", link.recv(4, socket.MSG_WAITALL))
    except ConnectionResetError: sys.exit()
    return json.loads(link.recv(length, socket.MSG_WAITALL)[1:])
say(t="ready", version=1, python="3", token=os.environ["ROWHOUSE_TOKEN"], walls={})
say(t="spare", spare=1, pid=os.getpid())
start, = (heard for heard in (hear(), hear()) if heard["t"] == "start")
${then}
time.sleep(60)
`;

describe('a room whose host breaks the rules', () => {
  let house: House | undefined;
  let folder: string | undefined;
  afterEach(async () => {
    await house?.close();
    house = undefined;
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    folder = undefined;
  });

  const breaking = async (then: string) => {
    folder = mkdtempSync(join(tmpdir(), 'rowhouse-host-'));
    const program = join(folder, 'host.py');
    writeFileSync(program, host(then));
    house = await openHouse({ program: ['/usr/bin/python3', '-I', program] });
    const room = await house.rooms.open({ id: 'eve', uid: 200_009 });
    const process = await room.start({ kind: 'script', source: 'x' }, () => {});
    const watcher = watch(process, { ack: false });
    await expect.poll(() => process.info.end).not.toBeNull();
    const { end } = process.info;
    const closing = () => house?.events.find((event) => event.type === 'room-closed');
    await expect.poll(closing).toBeDefined();
    const closed = closing();
    return { end, why: closed?.type === 'room-closed' ? closed.reason : undefined, text: watcher.text() };
  };
  const started = 'say(t="started", process=start["process"], spare=1)\n';

  it.each([
    ['speaks of a process that does not exist', 'say(t="state", process=99, state="running")', 'does not exist'],
    ['takes an input that was not sent', 'say(t="input-taken", process=start["process"], id="x")', 'input-taken'],
    ['starts twice', started, 'started twice'],
    ['sends more than its window', 'for _ in range(80): content(start["process"], 1, b"x" * 65536)', 'window'],
    ['sends output of no kind', 'content(start["process"], 99, b"x")', 'output of kind 99'],
    ['sends a file that was not asked for', 'content(77, 16, b"x")', 'does not exist'],
    [
      'answers a file operation by a process',
      'say(t="file-done", id=start["process"], ok=True)',
      'file-done of a program',
    ],
    ['says something that is not known', 'say(t="hello")', 'a wrong "t"'],
    ['offers a spare twice', 'say(t="spare", spare=1, pid=5)', 'spare 1 after 1'],
    ['sends a frame that is too long', 'link.sendall(b"\\xff\\xff\\xff\\xff")', 'a frame of'],
  ])('is closed when it %s', async (_what, then, why) => {
    const broken = await breaking(started + then);
    expect(broken.end?.reason).toBe('room-closed');
    expect(broken.why).toContain(why);
    expect(house?.rooms.counts()).toMatchObject({ running: 0, queued: 0 });
  });

  it('is heard to the end when it ends, however much it said at last', async () => {
    const broken = await breaking(`${started}for _ in range(20_000): content(start["process"], 1, b"x")\nos._exit(0)`);
    expect(broken.end?.reason).toBe('room-closed');
    expect(broken.text).toHaveLength(20_000);
  });

  it('is refused a run in a spare that was never placed', async () => {
    await expect(breaking('say(t="started", process=start["process"], spare=7)')).rejects.toMatchObject({
      code: 'ERR_ROOM_FAILED',
    });
    expect(house?.rooms.counts()).toMatchObject({ running: 0, queued: 0 });
  });

  it('is not opened by a host that never says a word', async () => {
    house = await openHouse({ program: ['/bin/false'] });
    const opening = house.rooms.open({ id: 'eve', uid: 200_009 });
    await expect(opening).rejects.toMatchObject({ code: 'ERR_ROOM_FAILED' });
    expect(house.rooms.list()).toEqual([]);
  });
});
