import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FileAnswer, type Host, hasPython, openHost } from './host.ts';

const LIMITS = { fileOperationMs: 300, fileBytes: 2_000_000 };

describe.skipIf(!hasPython)('file operations of the session host', () => {
  let host: Host;
  beforeAll(async () => {
    host = await openHost({ environment: { ROWHOUSE_LIMITS: JSON.stringify(LIMITS) } });
    mkdirSync(at('class'));
  });
  afterAll(async () => host.close());

  const at = (...names: readonly string[]) => path.join(host.workspace, ...names);
  const save = async (file: string, content: string, expected: string | null = null) =>
    host.file('write', file, { expected }, Buffer.from(content));
  const versionOf = (answer: FileAnswer) => (answer.done.result as { version: string }).version;
  const listed = (answer: FileAnswer) =>
    (JSON.parse(answer.content.toString()) as readonly { name: string; kind: string }[]).map(
      (e) => `${e.kind} ${e.name}`,
    );

  it('save and read a file whole', async () => {
    const content = Buffer.from(Array.from({ length: 300_001 }, (_, i) => i % 251));
    const saved = await host.file('write', 'whole.bin', {}, content);
    const read = await host.file('read', 'whole.bin');
    expect(read.content.equals(content)).toBe(true);
    expect(read.done.result).toEqual({ version: versionOf(saved), sizeBytes: 300_001 });
    expect(readFileSync(at('whole.bin')).equals(content)).toBe(true);
  });

  it('save nothing as an empty file', async () => {
    expect((await save('empty', '')).done).toMatchObject({ ok: true, result: { sizeBytes: 0 } });
    expect((await host.file('read', 'empty')).content).toHaveLength(0);
  });

  it('refuse a save over what has changed, is there already, or is not there any more', async () => {
    const first = versionOf(await save('v.txt', 'one', '*'));
    const second = versionOf(await save('v.txt', 'two', first));
    expect(second).not.toBe(first);
    expect((await save('v.txt', 'lost', first)).done.code).toBe('changed-meanwhile');
    expect((await save('v.txt', 'lost', '*')).done.code).toBe('already-exists');
    expect((await save('gone.txt', 'lost', first)).done.code).toBe('changed-meanwhile');
    writeFileSync(at('v.txt'), 'mine');
    expect((await save('v.txt', 'lost', second)).done.code).toBe('changed-meanwhile');
    expect(readFileSync(at('v.txt'), 'utf8')).toBe('mine');
    expect((await save('v.txt', 'any')).done.ok).toBe(true);
  });

  it('give every save a version of its own, however fast', async () => {
    const versions = new Set<string>();
    for (let i = 0; i < 50; i += 1) versions.add(versionOf(await save('fast.txt', String(i % 10))));
    expect(versions.size).toBe(50);
  });

  it('keep the permissions of what they replace', async () => {
    writeFileSync(at('tool.sh'), '');
    chmodSync(at('tool.sh'), 0o754);
    await save('tool.sh', 'new');
    expect(statSync(at('tool.sh')).mode & 0o777).toBe(0o754);
  });

  it('list what there is, also names that are no text', async () => {
    mkdirSync(at('mixed/inner'), { recursive: true });
    writeFileSync(at('mixed/b.txt'), '');
    symlinkSync('/etc', at('mixed/link'));
    execFileSync('mkfifo', [at('mixed/pipe')]);
    writeFileSync(Buffer.concat([Buffer.from(at('mixed/')), Buffer.from([0xff, 0xfe])]), '');
    const list = await host.file('list', 'mixed');
    expect(listed(list)).toEqual(['file b.txt', 'folder inner', 'link link', 'other pipe', 'file \udcff\udcfe']);
    expect((await host.file('remove', 'mixed/\udcff\udcfe')).done.ok).toBe(true);
    expect(list.done.result).toEqual({});
  });

  it('make folders, move, and never replace', async () => {
    expect((await host.file('folder', 'made')).done.ok).toBe(true);
    expect((await host.file('folder', 'made')).done.code).toBe('already-exists');
    await save('a.txt', 'a');
    await save('made/b.txt', 'b');
    expect((await host.file('rename', 'a.txt', { to: 'made/b.txt' })).done.code).toBe('already-exists');
    expect((await host.file('rename', 'made', { to: 'made/inside' })).done.code).toBe('bad-path');
    expect((await host.file('rename', 'a.txt', { to: 'made/a.txt' })).done.ok).toBe(true);
    expect(readdirSync(at('made')).sort()).toEqual(['a.txt', 'b.txt']);
    expect((await host.file('remove', 'made')).done.code).toBe('folder-not-empty');
    expect((await host.file('remove', 'made', { recursive: true })).done.ok).toBe(true);
    expect((await host.file('stat', 'made')).done.code).toBe('not-found');
  });

  it('remove and count a folder that is deeper than a path can be', async () => {
    const source =
      'import os\nos.mkdir("deep")\nos.chdir("deep")\nfor i in range(400):\n  os.mkdir("n" * 20)\n  os.chdir("n" * 20)\nopen("f", "w").close()';
    await host.run(source);
    const { files } = (await host.file('usage', '')).done.result as { files: number };
    expect(files).toBeGreaterThan(400);
    // A removal that takes too long is cut off, and what it did stays done.
    for (let tries = 0; tries < 50; tries += 1) {
      if ((await host.file('remove', 'deep', { recursive: true })).done.ok) break;
    }
    expect(readdirSync(host.workspace)).not.toContain('deep');
  });

  it('count blocks and entries, hard links once, the class not at all', async () => {
    const before = (await host.file('usage', '')).done.result as { bytes: number; files: number };
    writeFileSync(at('block'), Buffer.alloc(100_000, 1));
    linkSync(at('block'), at('again'));
    writeFileSync(at('class/lesson.py'), 'print()');
    const after = (await host.file('usage', '')).done.result as { bytes: number; files: number };
    expect(after.files - before.files).toBe(1);
    expect(after.bytes - before.bytes).toBe(statSync(at('block')).blocks * 512);
  });

  it.each([
    ['..'],
    ['../x'],
    ['a/../../x'],
    ['/etc/passwd'],
    ['a//b'],
    ['./a'],
    ['a/'],
    ['nul\0'],
    ['x'.repeat(256)],
    ['ü'.repeat(128)],
    ['.rowhouse-save-0'],
  ])('refuse the path %j', async (file) => {
    for (const op of ['read', 'stat', 'list', 'remove', 'folder', 'usage'] as const) {
      if (op === 'usage') continue;
      expect((await host.file(op, file)).done.code).toBe('bad-path');
    }
    expect((await save(file, '')).done.code).toBe('bad-path');
    expect((await host.file('rename', 'v.txt', { to: file })).done.code).toBe('bad-path');
  });

  it('follow no link, at the end of a path or on the way', async () => {
    symlinkSync('/etc', at('etc'));
    symlinkSync('/etc/passwd', at('passwd'));
    for (const file of ['etc/passwd', 'passwd']) {
      expect((await host.file('read', file)).done.code).toBe('is-a-link');
      expect((await save(file, 'x')).done.code).toBe('is-a-link');
    }
    expect((await host.file('list', 'etc')).done.code).toBe('is-a-link');
    expect((await host.file('rename', 'v.txt', { to: 'etc/v.txt' })).done.code).toBe('is-a-link');
    expect((await host.file('remove', 'passwd')).done.ok).toBe(true);
    expect(statSync('/etc/passwd').isFile()).toBe(true);
  });

  it('wait for no pipe, and read no folder', async () => {
    execFileSync('mkfifo', [at('pipe')]);
    expect((await host.file('read', 'pipe')).done.code).toBe('not-a-file');
    expect((await save('pipe', 'x')).done.code).toBe('not-a-file');
    expect((await host.file('read', 'class')).done.code).toBe('not-a-file');
    expect((await host.file('list', 'v.txt')).done.code).toBe('not-a-folder');
    expect((await host.file('read', 'v.txt/x')).done.code).toBe('not-a-folder');
  });

  it("leave the class's folder as it is", async () => {
    expect((await host.file('read', 'class/lesson.py')).content.toString()).toBe('print()');
    expect((await save('class/lesson.py', 'mine')).done.code).toBe('read-only');
    expect((await host.file('folder', 'class/mine')).done.code).toBe('read-only');
    expect((await host.file('remove', 'class', { recursive: true })).done.code).toBe('read-only');
    expect((await host.file('rename', 'class/lesson.py', { to: 'mine.py' })).done.code).toBe('read-only');
    expect((await host.file('rename', 'v.txt', { to: 'class/v.txt' })).done.code).toBe('read-only');
  });

  it('keep to the size of a file and to what may come to be, and leave nothing behind', async () => {
    expect((await host.file('write', 'big', {}, Buffer.alloc(2_000_001))).done.code).toBe('too-large');
    expect((await host.file('write', 'more', { limitBytes: 9 }, Buffer.alloc(10))).done.code).toBe('disk-limit');
    expect((await host.file('write', 'new', { limitFiles: 0 }, Buffer.alloc(1))).done.code).toBe('disk-limit');
    expect((await host.file('write', 'v.txt', { limitFiles: 0 }, Buffer.alloc(1))).done.ok).toBe(true);
    expect(readdirSync(host.workspace).filter((name) => name.startsWith('.rowhouse'))).toEqual([]);
    expect(readdirSync(host.workspace)).not.toContain('big');
  });
});
