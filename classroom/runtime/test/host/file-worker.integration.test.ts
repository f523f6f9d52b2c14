import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytes, type Host, hasPython, openHost } from './host.ts';

const LIMITS = { fileOperationMs: 300 };

describe.skipIf(!hasPython)('file operations that do not go as planned', () => {
  let host: Host;
  beforeAll(async () => {
    host = await openHost({ environment: { ROWHOUSE_LIMITS: JSON.stringify(LIMITS) } });
  });
  afterAll(async () => host.close());

  const at = (...names: readonly string[]) => path.join(host.workspace, ...names);
  const save = async (file: string, content: string) => host.file('write', file, {}, Buffer.from(content));

  const write = (id: number, file: string, expected: string | null = null) =>
    host.send({
      t: 'file',
      id,
      op: 'write',
      path: file,
      to: null,
      expected,
      recursive: false,
      limitBytes: null,
      limitFiles: null,
      transfer: false,
    });
  const doneOf = async (id: number) => {
    const heard = await host.until((each) => each.t === 'file-done' && each.id === id);
    return heard.at(-1);
  };

  it('give up a save whose content does not come, or is not wanted any more, and keep the old file', async () => {
    await save('kept.txt', 'old');
    write(9001, 'kept.txt');
    host.content(9001, 16, Buffer.from('half'));
    expect(await doneOf(9001)).toMatchObject({ ok: false, code: 'timed-out' });
    write(9002, 'kept.txt');
    host.content(9002, 16, Buffer.from('half'));
    host.send({ t: 'file-abort', id: 9002 });
    expect(await doneOf(9002)).toMatchObject({ ok: false, code: 'timed-out' });
    expect((await host.file('read', 'kept.txt')).content.toString()).toBe('old');
    expect(readdirSync(host.workspace).filter((name) => name.startsWith('.rowhouse'))).toEqual([]);
  });

  it('refuse a save over what changed while its content came', async () => {
    await save('raced.txt', 'old');
    const { version } = (await host.file('stat', 'raced.txt')).done.result as { version: string };
    write(9005, 'raced.txt', version);
    host.content(9005, 16, Buffer.from('half'));
    while (!readdirSync(host.workspace).some((name) => name.startsWith('.rowhouse'))) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    writeFileSync(at('raced.txt'), 'mine');
    host.content(9005, 17, Buffer.alloc(0));
    expect(await doneOf(9005)).toMatchObject({ ok: false, code: 'changed-meanwhile' });
    expect(readdirSync(host.workspace).filter((name) => name.startsWith('.rowhouse'))).toEqual([]);
  });

  it('send no more of a file than is asked for, as long as it takes', async () => {
    writeFileSync(at('long'), Buffer.alloc(600_000, 7));
    host.send({
      t: 'file',
      id: 9003,
      op: 'read',
      path: 'long',
      to: null,
      expected: null,
      recursive: false,
      limitBytes: null,
      limitFiles: null,
      transfer: false,
    });
    await new Promise((resolve) => setTimeout(resolve, LIMITS.fileOperationMs * 4));
    expect(bytes(host.heard, 9003)).toHaveLength(262_144);
    host.send({ t: 'window', process: 9003, upTo: 1_000_000 });
    expect(await doneOf(9003)).toMatchObject({ ok: true, result: { sizeBytes: 600_000 } });
    expect(bytes(host.heard, 9003)).toHaveLength(600_000);
  });

  it('answer each of many at once, in their order', async () => {
    const ids = Array.from({ length: 20 }, (_, i) => 8000 + i);
    for (const id of ids) {
      write(id, `many-${id}`);
      host.content(id, 17, Buffer.from('last'));
    }
    await host.counted(ids.length, (each) => each.t === 'file-done' && ids.includes(each.id));
    const done = host.heard.flatMap((each) => (each.t === 'file-done' && ids.includes(each.id) ? [each] : []));
    expect(done.map((each) => [each.id, each.ok])).toEqual(ids.map((id) => [id, true]));
  });

  it('are answered also when what does them is killed', async () => {
    write(9004, 'killed.txt');
    host.content(9004, 16, Buffer.from('half'));
    await host.run(
      'import os, time\ntime.sleep(0.05)\nme = os.getpid()\nfor pid in os.listdir("/proc"):\n  if pid.isdigit() and open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()[1] == str(os.getppid()) and int(pid) < me:\n    os.kill(int(pid), 9)',
    );
    expect(host.heard.find((each) => each.t === 'file-done' && each.id === 9004) ?? (await doneOf(9004))).toMatchObject(
      { ok: false },
    );
    expect((await save('after.txt', 'x')).done.ok).toBe(true);
  });

  it('are done by a process that ends when there is no more to do, and is there again at need', async () => {
    const spare = () => host.heard.findLast((each) => each.t === 'spare');
    const children = () => readFileSync(`/proc/${host.child.pid}/task/${host.child.pid}/children`, 'utf8').split(' ');
    const others = () => children().filter((pid) => pid !== '' && pid !== String(spare()?.pid));
    expect((await save('before.txt', 'x')).done.ok).toBe(true);
    expect(others()).toHaveLength(1);
    const deadlineMs = performance.now() + 7000;
    while (others().length > 0 && performance.now() < deadlineMs)
      await new Promise((resolve) => setTimeout(resolve, 100));
    expect(others()).toEqual([]);
    expect((await save('after.txt', 'x')).done.ok).toBe(true);
  }, 15_000);
});
