import { readdirSync, readFileSync } from 'node:fs';
import { DEFAULT_LIMITS, type LayerName } from '@rowhouse/classroom-protocol';
import { systemClock } from '@rowhouse/supervisor';
import { describe, expect, it, vi } from 'vitest';
import { createRooms } from '../../src/rooms.ts';
import { hasRooms, startTestLauncher, UID_BASE } from '../launcher/support/launcher.ts';
import { CAPACITY } from '../support/house.ts';
import { watch } from '../support/watcher.ts';

const UID = UID_BASE + 10;

/** Programs of that name that this user runs, as the machine sees them. */
const running = (name: string): number =>
  readdirSync('/proc').filter((pid) => {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return (
        words.includes(name) && new RegExp(`^Uid:\\s+${UID}\\s`, 'm').test(readFileSync(`/proc/${pid}/status`, 'utf8'))
      );
    } catch {
      return false;
    }
  }).length;

/** A program that belongs to nobody: in a session of its own, and no child of its run. */
const daemon = (word: string): string => `
import os
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0: os.execv("/usr/bin/python3", ["python3", "-c", "import time; time.sleep(600)", "${word}"])
    os._exit(0)
os.wait()
print("left")
`;

describe.skipIf(!hasRooms)('daemons of a run', () => {
  it.each([
    ['with cgroups', []],
    ['without cgroups', ['cgroup-memory', 'cgroup-pids', 'cgroup-cpu']],
  ] as [string, LayerName[]][])(
    'end with it, and not with another, %s',
    { timeout: 60_000 },
    async (_name, withoutLayers) => {
      const launcher = await startTestLauncher({ settings: { hostProgram: undefined, withoutLayers } });
      const rooms = await createRooms({
        launcherSocket: launcher.settings.socket,
        socketFolder: launcher.settings.socketFolder,
        limits: DEFAULT_LIMITS,
        capacity: CAPACITY,
        clock: systemClock,
        classClock: systemClock,
        onEvent: () => {},
      });
      try {
        const room = await rooms.open({ id: 'ada', uid: UID });
        const staying = await room.start({ kind: 'script', source: `${daemon('staying')}input()` }, () => {});
        await watch(staying).saw('left');
        const going = await room.start({ kind: 'script', source: `${daemon('going')}input()` }, () => {});
        const watcher = watch(going);
        await watcher.saw('left');
        await vi.waitFor(() => expect([running('staying'), running('going')]).toEqual([1, 1]), { timeout: 10_000 });
        going.endInput();
        await watcher.ended;
        await vi.waitFor(() => expect(running('going')).toBe(0), { timeout: 10_000 });
        // One that begins and ends meanwhile takes nothing with it either.
        await watch(await room.start({ kind: 'script', source: 'print(1)' }, () => {})).ended;
        expect(running('staying')).toBe(1);
        await staying.stop();
        await vi.waitFor(() => expect(running('staying')).toBe(0), { timeout: 10_000 });
      } finally {
        await rooms.close();
        await launcher.stop();
      }
    },
  );
});
