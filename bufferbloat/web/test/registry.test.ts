import { describe, expect, it } from 'vitest';
import { SESSION_LIMITS, StreamRegistry } from '../src/shared/registry.ts';

function registryAt() {
  const clock = { nowMs: 1000 };
  const cancelled: string[] = [];
  const registry = new StreamRegistry(() => clock.nowMs);
  /** A stream that takes its time to end. */
  const open = (label: string) =>
    registry.open({ kind: 'socket', label, cancel: (reason) => cancelled.push(`${label}: ${reason}`) });
  return { clock, cancelled, registry, open };
}

describe('StreamRegistry', () => {
  it('knows what is open, since when and when it last did something', () => {
    const { clock, registry, open } = registryAt();
    const first = open('first');
    clock.nowMs = 1500;
    open('second');
    first.touch();
    expect(registry.list()).toEqual([
      { id: 1, kind: 'socket', label: 'first', openedAtMs: 1000, lastActivityMs: 1500 },
      { id: 2, kind: 'socket', label: 'second', openedAtMs: 1500, lastActivityMs: 1500 },
    ]);
  });

  it('forgets a stream that ended by itself, without cancelling it', () => {
    const { cancelled, registry, open } = registryAt();
    open('only').release();
    registry.cancelAll('over');
    expect(registry.size).toBe(0);
    expect(cancelled).toEqual([]);
  });

  it('cancels everything once, newest first, and keeps it until it has ended', async () => {
    const { cancelled, registry, open } = registryAt();
    const a = open('a');
    const b = open('b');
    registry.cancelAll('over');
    registry.cancelAll('once more');
    expect(cancelled).toEqual(['b: over', 'a: over']);
    expect(registry.size).toBe(2);
    const ended = registry.ended(60_000);
    a.release();
    expect(registry.size).toBe(1);
    b.release();
    expect(await ended).toEqual([]);
  });

  it('says what outlived its cancel, and what was opened since', async () => {
    const { registry, open } = registryAt();
    open('stuck');
    const good = open('good');
    registry.cancelAll('over');
    open('late');
    const ended = registry.ended(20);
    good.release();
    expect((await ended).map((stream) => stream.label)).toEqual(['stuck', 'late']);
  });

  it('has ended at once when nothing is open', async () => {
    expect(await registryAt().registry.ended(60_000)).toEqual([]);
  });

  it('goes on cancelling when one stream throws', () => {
    const { cancelled, registry, open } = registryAt();
    const a = open('a');
    registry.open({
      kind: 'worker',
      label: 'bad',
      cancel: () => {
        throw new Error('gone already');
      },
    });
    registry.cancelAll('over');
    expect(cancelled).toEqual(['a: over']);
    expect(registry.size).toBe(1);
    a.release();
    expect(registry.size).toBe(0);
  });

  it('cancels what is silent for two minutes, and nothing else', () => {
    const { clock, cancelled, registry, open } = registryAt();
    open('silent');
    const busy = open('busy');
    clock.nowMs += SESSION_LIMITS.inactiveMs - 1;
    expect(registry.cancelExpired()).toEqual([]);
    busy.touch();
    clock.nowMs += 1;
    expect(registry.cancelExpired().map((stream) => stream.label)).toEqual(['silent']);
    expect(cancelled).toHaveLength(1);
    busy.release();
    expect(registry.list().map((stream) => stream.label)).toEqual(['silent']);
  });

  it('cancels what is older than five minutes however busy it is', () => {
    const { clock, registry, open } = registryAt();
    const busy = open('busy');
    clock.nowMs += SESSION_LIMITS.totalMs;
    busy.touch();
    expect(registry.cancelExpired().map((stream) => stream.label)).toEqual(['busy']);
    busy.release();
    expect(registry.size).toBe(0);
  });
});
