import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LauncherRefusal } from '../../src/launcher/errors.ts';
import { hasRooms, startTestLauncher, type TestLauncher, type TestRoom, UID_BASE } from './support/launcher.ts';

const refusal = async (asked: Promise<unknown>): Promise<string> => {
  const error: unknown = await asked.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof LauncherRefusal ? error.code : `not refused: ${String(error)}`;
};

/** Every cgroup of this launcher's students, in whatever hierarchy. */
const groups = (launcher: TestLauncher): string[] => {
  const found = execFileSync('find', ['/sys/fs/cgroup', '-type', 'd', '-name', 'room-[!_]*']).toString();
  return found.split('\n').filter((folder) => folder.includes(`rowhouse-classroom-${launcher.settings.instance}/`));
};

const processesOf = (uid: number): string[] =>
  readdirSync('/proc').filter((pid) => {
    try {
      return (
        /^\d+$/.test(pid) && new RegExp(`^Uid:\\s+${uid}\\s`, 'm').test(readFileSync(`/proc/${pid}/status`, 'utf8'))
      );
    } catch {
      return false;
    }
  });

let uids = 0;
const newUid = () => {
  uids += 1;
  return UID_BASE + uids;
};

/** A child of the room's host, placed and set off. */
const run = async (launcher: TestLauncher, room: TestRoom, spare: number, code: string): Promise<number> => {
  room.ask({ fork: code });
  const { forked } = await room.next();
  const { pid } = await launcher.client.place(room.name, spare, Number(forked));
  room.ask({ go: true });
  return pid ?? 0;
};

describe.skipIf(!hasRooms)('rooms', () => {
  let launcher: TestLauncher;
  beforeAll(async () => {
    launcher = await startTestLauncher();
  });
  afterAll(async () => {
    await launcher.stop();
    expect(groups(launcher)).toEqual([]);
  });

  it('opens one, in which the host is the first process of its own, and closes it without a trace', async () => {
    const uid = newUid();
    const room = await launcher.room('anna', uid);
    expect(room.hello).toMatchObject({ pid: 1, uid: 1000, cwd: '/workspace' });
    expect(room.hello['walls']).toMatchObject({ seccomp: true, 'no-new-privileges': true, rlimits: true });
    const workspace = lstatSync(path.join(launcher.settings.dataFolder, 'workspaces', 'anna'));
    expect([workspace.uid, workspace.mode & 0o777]).toEqual([uid, 0o700]);
    expect(readFileSync(`/proc/${room.pid}/status`, 'utf8')).toMatch(new RegExp(`^Uid:\\s+${uid}\\s`, 'm'));
    expect(groups(launcher).length).toBeGreaterThan(0);
    await launcher.client.close('anna');
    expect(processesOf(uid)).toEqual([]);
    expect(groups(launcher)).toEqual([]);
    expect(launcher.events).toContainEqual({ event: 'room-exited', room: 'anna', code: 137, signal: null });
  });

  it('ends a run for its memory, and not the host; then says so', async () => {
    const room = await launcher.room('ben', newUid());
    await run(launcher, room, 1, 'say(begun=True); hog = bytearray(700 << 20); say(held=True)');
    expect(await room.next()).toEqual({ begun: true });
    await vi.waitFor(async () => expect((await launcher.client.usage())[0]?.processes).toBe(2), { timeout: 5000 });
    const facts = await launcher.client.endRun('ben', 1);
    expect(facts.oomKilled).toBe(true);
    expect(facts.peakMemoryBytes).toBeGreaterThan(200 * 1024 * 1024);
    expect(facts.cpuMs).toBeGreaterThan(1);
    room.ask({ run: 'say(alive=True)' });
    expect(await room.next()).toEqual({ alive: true });
    await launcher.client.close('ben');
  });

  it('ends all of a run when the kernel has ended a part of it for its memory', async () => {
    const uid = newUid();
    const room = await launcher.room('bert', uid);
    const code = `
import os, time
for _ in range(3):
    if os.fork() == 0:
        block = bytearray(180 << 20)
        time.sleep(300)
say(waiting=True)
while True: time.sleep(1)`;
    await run(launcher, room, 1, code);
    expect(await room.next()).toEqual({ waiting: true });
    // bubblewrap and the host are left.
    await expect.poll(() => processesOf(uid)).toHaveLength(2);
    expect((await launcher.client.endRun('bert', 1)).oomKilled).toBe(true);
    await launcher.client.close('bert');
  });

  it('ends a run with all that it has started, wherever it went', async () => {
    const uid = newUid();
    const room = await launcher.room('carla', uid);
    const code = `
import os, time
for _ in range(40):
    try:
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                while True: time.sleep(60)
            os._exit(0)
    except OSError:
        break
say(full=True)
while True: pass`;
    await run(launcher, room, 3, code);
    expect(await room.next()).toEqual({ full: true });
    const facts = await launcher.client.endRun('carla', 3);
    expect(facts.pidsRefused).toBeGreaterThan(0);
    // bubblewrap and the host are left.
    expect(processesOf(uid)).toHaveLength(2);
    await launcher.client.close('carla');
  });

  it('places nothing but a waiting child of the host', async () => {
    const room = await launcher.room('dora', newUid());
    const { client } = launcher;
    expect(await refusal(client.place('dora', 1, 4000))).toBe('ERR_LAUNCHER_PLACE');
    await run(
      launcher,
      room,
      1,
      `
import os, time
child = os.fork()
if child: say(child=child)
time.sleep(60)`,
    );
    const child = Number((await room.next())['child']);
    // Of a run that has its place already, and so not a spare; nor is the run itself any more.
    expect(await refusal(client.place('dora', 2, child))).toBe('ERR_LAUNCHER_PLACE');
    expect(await refusal(client.place('dora', 2, child - 1))).toBe('ERR_LAUNCHER_PLACE');
    room.ask({ fork: 'pass' });
    const { forked } = await room.next();
    expect(await refusal(client.place('dora', 1, Number(forked)))).toBe('ERR_LAUNCHER_PLACE');
    expect(await refusal(client.place('nobody', 1, 2))).toBe('ERR_LAUNCHER_NO_ROOM');
    expect(await refusal(client.endRun('dora', 9))).toBe('ERR_LAUNCHER_NO_RUN');
    await client.close('dora');
  });

  it('opens no room twice, none for a uid out of range or of another, and none without its socket', async () => {
    const uid = newUid();
    await launcher.room('emil', uid);
    const { client } = launcher;
    const request = { room: 'emil', uid, socket: 'a'.repeat(32), token: 'b'.repeat(32) };
    expect(await refusal(client.open(request))).toBe('ERR_LAUNCHER_ROOM_OPEN');
    expect(await refusal(client.open({ ...request, room: 'x1' }))).toBe('ERR_LAUNCHER_UID');
    expect(await refusal(client.open({ ...request, room: 'x2', uid: 33 }))).toBe('ERR_LAUNCHER_UID');
    expect(await refusal(client.open({ ...request, room: 'x3', uid: UID_BASE + 65_535 }))).toBe('ERR_LAUNCHER_UID');
    expect(await refusal(client.open({ ...request, room: 'x4', uid: newUid() }))).toBe('ERR_LAUNCHER_SOCKET');
    symlinkSync('/', path.join(launcher.settings.socketFolder, 'c'.repeat(32)));
    expect(await refusal(client.open({ ...request, room: 'x5', uid: newUid(), socket: 'c'.repeat(32) }))).toBe(
      'ERR_LAUNCHER_SOCKET',
    );
    await client.close('emil');
    // The workspace stays that of its student.
    await expect(launcher.room('emil', newUid())).rejects.toThrow('belongs to uid');
  });

  it('never opens two rooms for one uid, however close together they are asked for', async () => {
    const uid = newUid();
    const opening = await Promise.allSettled([launcher.room('lea', uid), launcher.room('leo', uid)]);
    expect(opening.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const open = await launcher.client.usage();
    expect(open).toHaveLength(1);
    for (const { room } of open) await launcher.client.close(room);
  });

  it("follows no link that stands in a workspace's place, nor one within", async () => {
    const { dataFolder } = launcher.settings;
    const elsewhere = path.join(dataFolder, 'elsewhere');
    mkdirSync(elsewhere);
    symlinkSync(elsewhere, path.join(dataFolder, 'workspaces', 'fritz'));
    await expect(launcher.room('fritz', newUid())).rejects.toThrow('not a folder');
    const uid = newUid();
    const room = await launcher.room('gabi', uid);
    // Only from a room without mounts of its own could a student put a link there; it is not followed either way.
    room.ask({ run: 'import os; os.symlink("/etc", "/workspace/other"); say(done=True)' });
    await room.next();
    await launcher.client.close('gabi');
    const again = await launcher.room('gabi', uid);
    again.ask({ run: 'import os; say(found=sorted(os.listdir("/workspace")))' });
    expect(await again.next()).toEqual({ found: ['class', 'other'] });
    await launcher.client.close('gabi');
  });

  it("shows the class's files, read-only, and nothing that was put in their place", async () => {
    const { dataFolder } = launcher.settings;
    writeFileSync(path.join(dataFolder, 'class', 'task.txt'), 'Count to ten.');
    const room = await launcher.room('hugo', newUid());
    room.ask({ run: 'say(task=open("/workspace/class/task.txt").read())' });
    expect(await room.next()).toEqual({ task: 'Count to ten.' });
    room.ask({ run: 'open("/workspace/class/mine", "w")' });
    expect(String((await room.next())['error'])).toMatch(/Read-only|Permission/);
    await launcher.client.close('hugo');
  });

  it('tells when a room ends by itself, and lets it be opened anew', async () => {
    const uid = newUid();
    const room = await launcher.room('ida', uid);
    room.ask({ run: 'import os; os._exit(3)' });
    await expect
      .poll(() => launcher.events)
      .toContainEqual({ event: 'room-exited', room: 'ida', code: 3, signal: null });
    expect(groups(launcher)).toEqual([]);
    await launcher.room('ida', uid);
    await launcher.client.close('ida');
  });

  it('answers nonsense with an error, and goes on', async () => {
    const socket = connect(launcher.settings.socket);
    const answers: string[] = [];
    socket.on('data', (chunk: Buffer) => answers.push(chunk.toString()));
    socket.write('nonsense\n{"id":1,"request":"open","room":"../x"}\n[]\n{"id":7,"request":"usage"}\n');
    await expect.poll(() => answers.join('').split('\n')).toHaveLength(5);
    const said = answers
      .join('')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { ok: boolean; code?: string });
    expect(said.map((one) => one.code ?? one.ok)).toEqual([
      ...Array.from({ length: 3 }, () => 'ERR_LAUNCHER_REQUEST'),
      true,
    ]);
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.on('error', () => {});
    socket.write('x'.repeat(70_000));
    await closed;
    expect(await launcher.client.usage()).toEqual([]);
  });

  it('closes the rooms of a server that goes away', async () => {
    const uid = newUid();
    const before = await startTestLauncher({ settings: { instance: (launcher.settings.instance % 20_000) + 20_000 } });
    await before.room('kai', uid);
    before.client.end();
    const other = await before.connect();
    await vi.waitFor(async () => expect(await other.usage()).toEqual([]), { timeout: 5000 });
    expect(processesOf(uid)).toEqual([]);
    other.end();
    await before.stop();
  });

  it('lets only the server in', () => {
    const folder = lstatSync(path.dirname(launcher.settings.socket));
    expect([folder.uid, folder.gid, folder.mode & 0o777]).toEqual([0, launcher.settings.serverGid, 0o710]);
    expect(lstatSync(path.join(launcher.settings.dataFolder, 'state')).mode & 0o777).toBe(0o700);
    expect(existsSync(path.join(launcher.settings.dataFolder, 'programs', 'sandbox.py'))).toBe(true);
  });
});
