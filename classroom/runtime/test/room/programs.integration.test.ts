import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Room } from '../../src/api.ts';
import { type House, openHouse } from '../support/house.ts';
import { watch } from '../support/watcher.ts';

const OWNER = { id: 'ada', uid: 200_001 };
const ignore = () => {};

describe('programs in a room', () => {
  let house: House;
  let room: Room;
  beforeEach(async () => {
    house = await openHouse();
    room = await house.rooms.open(OWNER);
  });
  afterEach(async () => house.close());

  const run = async (source: string) => {
    const process = await room.start({ kind: 'script', source }, ignore);
    return { process, watcher: watch(process) };
  };

  it('runs sent code and tells how it ended', async () => {
    const { process, watcher } = await run('print("hi")');
    const end = await watcher.ended;
    expect(watcher.text('stdout')).toBe('hi\n');
    expect(end).toMatchObject({ reason: 'finished', exitCode: 0, signal: null });
    expect(process.info).toMatchObject({ state: 'ended', kind: 'script', file: null, owner: 'ada', nextOffset: 3 });
    expect(house.rooms.counts()).toMatchObject({ running: 0, queued: 0, rooms: 1 });
    expect(house.events.map((event) => event.type)).toEqual(['room-opened', 'process-started', 'process-ended']);
  });

  it('runs a file with arguments', async () => {
    writeFileSync(join(house.folder, 'workspaces/ada/echo.py'), 'import sys\nprint(sys.argv[1:], file=sys.stderr)\n');
    const process = await room.start({ kind: 'script', file: 'echo.py', args: ['a', 'b c'] }, ignore);
    const watcher = watch(process);
    expect((await watcher.ended).reason).toBe('finished');
    expect(watcher.text('stderr')).toBe("['a', 'b c']\n");
    expect(process.info.file).toBe('echo.py');
  });

  it('answers input(), shows the dialogue to a second viewer, and applies each id once', async () => {
    const { process, watcher } = await run('n = input("name? ")\nm = input("again? ")\nprint("hello", n, m)');
    await watcher.reached('waiting-for-input');
    expect(watcher.text('prompt')).toBe('name? ');
    await process.input('1', 'Ada');
    await process.input('1', 'Ada');
    await watcher.saw('again? ');
    await watcher.reached('waiting-for-input');
    await process.input('2', 'Lovelace');
    expect((await watcher.ended).reason).toBe('finished');
    expect(watcher.text('stdout')).toBe('hello Ada Lovelace\n');
    const second = watch(process);
    await second.ended;
    expect(second.text()).toBe('name? Ada\nagain? Lovelace\nhello Ada Lovelace\n');
    await expect(process.input('3', 'late')).rejects.toMatchObject({ code: 'ERR_PROCESS_ENDED' });
  });

  it('tells an uncaught exception, and the output before it', async () => {
    const { watcher } = await run('print("before")\n1 / 0');
    expect(await watcher.ended).toMatchObject({ reason: 'error', exitCode: 1 });
    expect(watcher.text('stdout')).toBe('before\n');
    expect(watcher.text('stderr')).toContain('ZeroDivisionError');
  });

  it('tells a crash by its signal', async () => {
    const { watcher } = await run('import os, signal\nprint("x")\nos.kill(os.getpid(), signal.SIGSEGV)');
    expect(await watcher.ended).toMatchObject({ reason: 'crashed', exitCode: null, signal: 'SIGSEGV' });
    expect(watcher.text('stdout')).toBe('x\n');
  });

  it('goes on as a REPL with the variables of its script', async () => {
    const process = await room.start({ kind: 'script', source: 'a = 20', thenRepl: true }, ignore);
    const watcher = watch(process);
    await watcher.reached('waiting-for-code');
    await process.input('1', 'a + 1');
    await watcher.saw('21\n');
    await process.stop();
    expect(process.info.end?.reason).toBe('stopped');
  });

  it('stops what does not listen', { timeout: 15_000 }, async () => {
    const stubborn = 'while True:\n  try:\n    print("on")\n    while True: pass\n  except BaseException: print("no")';
    const { process, watcher } = await run(stubborn);
    await watcher.saw('on');
    const startMs = performance.now();
    await process.stop();
    expect(performance.now() - startMs).toBeLessThan(10_000);
    expect(await watcher.ended).toMatchObject({ reason: 'stopped', signal: 'SIGKILL' });
    expect(watcher.text()).toContain('no');
  });

  it('stops a REPL at its prompt at once', async () => {
    const process = await room.start({ kind: 'repl' }, ignore);
    const watcher = watch(process);
    await watcher.reached('waiting-for-code');
    await process.stop();
    // By the first request already: nothing had to be forced.
    expect(await watcher.ended).toMatchObject({ reason: 'stopped', signal: null });
  });

  it('passes Ctrl-C on', async () => {
    const { process, watcher } = await run('import time\nprint("on")\ntime.sleep(60)');
    await watcher.saw('on');
    process.interrupt();
    expect((await watcher.ended).reason).toBe('stopped');
    expect(watcher.text('stderr')).toContain('KeyboardInterrupt');
  });

  it('lets a student run no more at once than the limit, by name', async () => {
    await run('input()');
    await run('input()');
    await expect(run('print(1)')).rejects.toMatchObject({
      code: 'ERR_LIMIT',
      details: { limit: 'activeRuns', value: 2 },
      message: 'You may run 2 programs at once. Stop one of them first.',
    });
    expect(house.events.at(-1)).toMatchObject({ type: 'limit-reached', owner: 'ada', limit: 'activeRuns' });
  });

  it('holds a program up whose viewer does not read, and loses nothing', { timeout: 20_000 }, async () => {
    const process = await room.start({ kind: 'script', source: 'for n in range(200000): print(n)' }, ignore);
    const slow = watch(process, { ack: false });
    await new Promise((resolve) => {
      setTimeout(resolve, 700);
    });
    const taken = slow.pieces.at(-1)?.next ?? 0;
    expect(taken).toBe(262_144);
    expect(process.info.state).toBe('running');
    expect(process.info.nextOffset).toBeLessThan(1_100_000);
    slow.attachment?.detach();
    const second = watch(process);
    expect((await second.ended).reason).toBe('finished');
    expect(second.dropped).toEqual([]);
    expect(second.text()).toBe(Array.from({ length: 200_000 }, (_, n) => `${n}\n`).join(''));
  });

  it('keeps the last megabyte where nobody looks, and says what was dropped', { timeout: 20_000 }, async () => {
    const process = await room.start({ kind: 'script', source: 'for n in range(300000): print(n)' }, ignore);
    await expect.poll(() => process.info.end, { timeout: 15_000 }).not.toBeNull();
    const late = watch(process);
    await late.ended;
    const all = Array.from({ length: 300_000 }, (_, n) => `${n}\n`).join('');
    const [gap] = late.dropped;
    expect(gap?.[0]).toBe(0);
    expect(late.text()).toBe(all.slice(gap?.[1]));
    expect(late.text().length).toBeGreaterThan(1_000_000);
  });

  it('is opened again after its host died, and tells the programs in it', async () => {
    const { watcher } = await run('print("on")\ninput()');
    await watcher.saw('on');
    house.launcher.host('ada')?.kill('SIGKILL');
    expect(await watcher.ended).toMatchObject({ reason: 'room-closed' });
    const again = await run('print("again")');
    expect((await again.watcher.ended).reason).toBe('finished');
    expect(room.processes().map(({ info }) => info.end?.reason)).toEqual(['room-closed', 'finished']);
    expect(house.rooms.counts()).toMatchObject({ running: 0 });
  });

  it('lives on when the launcher is started anew', async () => {
    const { watcher } = await run('print("on")\ninput()');
    await watcher.saw('on');
    house.launcher.drop();
    expect((await watcher.ended).reason).toBe('room-closed');
    const again = await run('print("again")');
    expect((await again.watcher.ended).reason).toBe('finished');
  });

  it('leaves nothing behind when all is closed', async () => {
    const { watcher } = await run('import time\nprint("on")\ntime.sleep(60)');
    await watcher.saw('on');
    await house.rooms.close();
    expect((await watcher.ended).reason).toBe('server-stopped');
    expect(readdirSync(house.socketFolder)).toEqual([]);
    expect(house.launcher.host('ada')).toBeUndefined();
    await expect(room.start({ kind: 'repl' }, ignore)).rejects.toMatchObject({ code: 'ERR_ROOM_CLOSED' });
  });
});
