import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type House, openHouse } from '../support/house.ts';

/** A host in Python that answers questions about one file: what it is said to be, and what comes of it. */
const host = (saidBytes: number, pieces: readonly number[], ends: boolean) => `
import json, os, socket, struct, time
link = socket.socket(socket.AF_UNIX)
link.connect(os.environ["ROWHOUSE_SOCKET"])
def say(**message):
    body = b"J" + json.dumps(message).encode()
    link.sendall(struct.pack(">I", len(body)) + body)
def content(channel, kind, data):
    link.sendall(struct.pack(">IcIB", 6 + len(data), b"B", channel, kind) + data)
def hear():
    length, = struct.unpack(">I", link.recv(4, socket.MSG_WAITALL))
    return json.loads(link.recv(length, socket.MSG_WAITALL)[1:])
say(t="ready", version=1, python="3", token=os.environ["ROWHOUSE_TOKEN"], walls={})
entry = {"name": "x", "kind": "file", "sizeBytes": ${saidBytes}, "modifiedAtMs": 1, "version": "1-1-1"}
while True:
    try:
        asked = hear()
    except (struct.error, OSError):
        break
    if asked["t"] == "file" and asked["op"] == "stat":
        say(t="file-done", id=asked["id"], ok=True, result=entry)
    if asked["t"] == "file" and asked["op"] == "read":
        for size in ${JSON.stringify(pieces)}:
            content(asked["id"], 16, b"x" * size)
        if ${ends ? 'True' : 'False'}:
            content(asked["id"], 17, b"")
            say(t="file-done", id=asked["id"], ok=True, result={"version": "1-1-1", "sizeBytes": ${saidBytes}})
`;

describe('a download from a room that lies about a file', () => {
  let house: House | undefined;
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rowhouse-host-'));
  });
  afterEach(async () => {
    await house?.close();
    house = undefined;
    rmSync(folder, { recursive: true, force: true });
  });

  const received = async (saidBytes: number, pieces: readonly number[], ends: boolean) => {
    const program = join(folder, 'host.py');
    writeFileSync(program, host(saidBytes, pieces, ends));
    house = await openHouse({ program: ['/usr/bin/python3', '-I', program] });
    const room = await house.rooms.open({ id: 'eve', uid: 200_009 });
    let bytes = 0;
    const read = async () => {
      const { content } = await room.files.read('x');
      for await (const piece of content) bytes += piece.length;
    };
    const error: unknown = await read().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    return { bytes, error };
  };

  it('is refused before a byte too many is passed on', async () => {
    const { bytes, error } = await received(60_000, [50_000, 50_000, 50_000], false);
    expect(bytes).toBeLessThanOrEqual(60_000);
    expect(error).toMatchObject({ code: 'ERR_FILE', details: { code: 'changed-meanwhile' } });
  });

  // As far as it lay there when it was asked for, or once it is read on.
  it.each([
    ['too much', [50_000, 50_000]],
    ['too little', [50_000]],
  ])('is refused when it comes to its end with %s', async (_what, pieces) => {
    const { bytes, error } = await received(60_000, pieces, true);
    expect(bytes).toBeLessThanOrEqual(60_000);
    expect(error).toMatchObject({ code: 'ERR_FILE' });
  });
});
