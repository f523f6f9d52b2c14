import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { groupsOf, hasRooms, startTestLauncher, UID_BASE } from './support/launcher.ts';

const hasMatplotlib = (): boolean => {
  try {
    execFileSync('/usr/bin/python3', ['-I', '-c', 'import matplotlib'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

describe.skipIf(!hasRooms || !hasMatplotlib())("matplotlib's list of fonts", () => {
  it('is made once, and shown to the rooms that are opened after it, read-only', async () => {
    const launcher = await startTestLauncher();
    const early = await launcher.room('anna', UID_BASE + 1);
    early.ask({ run: 'import os; say(cache=os.environ.get("ROWHOUSE_MPLCACHE"))' });
    expect(await early.next()).toEqual({ cache: null });
    const cache = path.join(launcher.settings.dataFolder, 'cache');
    const made = () => readdirSync(cache).find((name) => /^matplotlib-[\d.]+$/.test(name));
    await vi.waitFor(() => expect(made()).toBeDefined(), { timeout: 25_000, interval: 100 });
    const [list] = readdirSync(path.join(cache, made() ?? ''));
    expect(lstatSync(path.join(cache, made() ?? '', list ?? '')).uid).toBe(0);
    const room = await launcher.room('ben', UID_BASE + 2);
    room.ask({
      run: 'import os; where = os.environ["ROWHOUSE_MPLCACHE"]; say(found=os.listdir(where), writable=os.access(where, os.W_OK))',
    });
    expect(await room.next()).toEqual({ found: [list], writable: false });
    await expect.poll(() => existsSync(path.join(cache, 'fonts-workspace'))).toBe(false);
    await launcher.stop();
  });

  it('is given up when the launcher stops, and leaves nothing', async () => {
    const launcher = await startTestLauncher();
    await launcher.stop();
    expect(groupsOf(launcher.settings.instance)).toBe('');
  });
});
