import { describe, expect, it } from 'vitest';
import { Instance } from '../../src/main-server/household/instance.ts';
import type { ProcessState, UserStats } from '../../src/settings.ts';

const stats = (sessions: Partial<UserStats['sessions']> = {}, more: Partial<UserStats> = {}): UserStats => ({
  uptimeS: 1,
  udp: true,
  udpReason: null,
  draining: false,
  loopDelayMs: 0,
  connections: 0,
  probes: 0,
  channels: 0,
  sessions: { active: 0, max: 2, opened: 0, ...sessions },
  ...more,
});
const told = (state: string, pid = 1): ProcessState => ({ id: 'alex', port: 8002, state, restarts: 0, pid });
const create = () => new Instance({ id: 'alex', userId: 'alex', instance: 0, port: 8002 }, 2);

describe('what the main server knows of a process', () => {
  it('is nothing good until it answers', () => {
    const instance = create();
    expect(instance.status(0)).toBe('down');
    instance.heard(stats());
    expect(instance.status(0)).toBe('ok');
  });

  it('counts whoever was sent there until he comes, and for 3 s if he does not', () => {
    const instance = create();
    instance.heard(stats());
    instance.promise('a', 0);
    instance.promise('b', 1_000);
    expect([instance.load(1_000), instance.status(1_000)]).toEqual([2, 'full']);
    instance.heard(stats({ active: 1, opened: 1 }));
    expect(instance.load(1_000)).toBe(2); // one is there, the other on the way
    expect(instance.load(4_001)).toBe(1);
    instance.heard(stats({ active: 0, opened: 1 }));
    expect(instance.status(4_001)).toBe('ok');
  });

  it('counts a test once, however often it asks', () => {
    const instance = create();
    instance.heard(stats());
    for (let i = 0; i < 10; i += 1) instance.promise('a', i);
    expect(instance.load(10)).toBe(1);
  });

  it('is told at once when a process dies, and takes visitors again as soon as it is ready', () => {
    const instance = create();
    expect(instance.tell(told('ready'))).toBe(true);
    expect(instance.healthy).toBe(true);
    instance.heard(stats({ active: 1, opened: 1 }));
    expect(instance.tell(told('ready'))).toBe(false);
    expect(instance.stats?.sessions.active).toBe(1);
    expect(instance.tell(told('backoff'))).toBe(false);
    expect(instance.status(0)).toBe('down');
    expect(instance.tell(told('ready', 2))).toBe(true);
    expect([instance.status(0), instance.load(0)]).toEqual(['ok', 0]);
  });

  it('bears late answers for a while, but nobody there not at all', () => {
    const instance = create();
    instance.heard(stats());
    instance.missed(false);
    instance.missed(false);
    expect(instance.healthy).toBe(true);
    instance.missed(false);
    expect(instance.healthy).toBe(false);
    instance.heard(stats());
    instance.missed(true);
    expect(instance.healthy).toBe(false);
  });

  it('sends nobody to a process that is about to end', () => {
    const instance = create();
    instance.heard(stats({}, { draining: true }));
    expect(instance.status(0)).toBe('draining');
  });
});
