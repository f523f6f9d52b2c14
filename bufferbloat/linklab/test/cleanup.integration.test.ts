import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { describe, expect, it, vi } from 'vitest';
import { openLab, parseLink, whyNoLab } from '../src/index.ts';
import { existingLabs } from '../src/names.ts';

const obstacle = whyNoLab();
const OWNER = new URL('fixtures/owner.ts', import.meta.url).pathname;

/** A process of its own with an open lab, a recording and a program at the client. */
async function startOwner() {
  const owner = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), OWNER], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(owner.stdout), 'line')) as [string];
  const lab = existingLabs().find(({ lab: name }) => name.startsWith(`rhlab-${owner.pid}-`))?.lab ?? '';
  expect(lab).not.toBe('');
  return { owner, lab, sleeperPid: Number(line.split(' ')[1]) };
}

function expectNoTrace(lab: string, sleeperPid: number): void {
  expect(existingLabs().map((found) => found.lab)).not.toContain(lab);
  expect(readdirSync(tmpdir())).not.toContain(lab);
  expect(lives(sleeperPid)).toBe(false);
  expect(processesNaming(lab)).toEqual([]);
}

/** One that has ended but was not yet collected by its new parent no longer has a command line. */
function lives(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`).length > 0;
  } catch {
    return false;
  }
}

function processesNaming(lab: string): string[] {
  const all = execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' });
  return all.split('\n').filter((line) => line.includes(lab));
}

describe.skipIf(obstacle !== undefined)(`a lab whose owner is killed (${obstacle ?? 'root'})`, () => {
  it('is gone within moments', async () => {
    const { owner, lab, sleeperPid } = await startOwner();
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    await vi.waitFor(() => expectNoTrace(lab, sleeperPid), { timeout: 20_000, interval: 50 });
  });

  it('is swept by the next one if its watch was killed, too', async () => {
    const { owner, lab, sleeperPid } = await startOwner();
    const watch = processesNaming(lab).find((line) => line.includes('linklab-janitor'));
    process.kill(Number(watch?.trim().split(' ')[0]), 'SIGKILL');
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    expect(existingLabs()).toContainEqual({ lab, ownerLives: false });
    const next = await openLab(parseLink({ down: '1mbit/200ms', up: '1mbit/200ms' }));
    await vi.waitFor(() => expectNoTrace(lab, sleeperPid), { timeout: 20_000, interval: 20 });
    await next.close();
  });

  it('leaves the congestion control of the host as it was', async () => {
    const settings = () =>
      execFileSync('cat', [
        '/proc/sys/net/ipv4/tcp_allowed_congestion_control',
        '/proc/sys/net/ipv4/tcp_congestion_control',
      ]).toString();
    const before = settings();
    const labs = await Promise.all([1, 2, 3].map(() => openLab(parseLink({ down: '1mbit/200ms', up: '1mbit/200ms' }))));
    expect(settings()).toBe(before);
    await Promise.all(labs.map((lab) => lab.close()));
    expect(settings()).toBe(before);
  });
});
