import { describe, expect, it } from 'vitest';
import { SESSION_LIMITS, StreamRegistry } from '../src/shared/registry.ts';

function registryAt() {
  const clock = { nowMs: 1000 };
  const cancelled: string[] = [];
  const registry = new StreamRegistry(() => clock.nowMs);
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

  it('cancels everything, newest first, and is empty afterwards', () => {
    const { cancelled, registry, open } = registryAt();
    open('a');
    open('b');
    registry.cancelAll('over');
    expect(cancelled).toEqual(['b: over', 'a: over']);
    expect(registry.size).toBe(0);
  });

  it('goes on cancelling when one stream throws', () => {
    const { cancelled, registry, open } = registryAt();
    open('a');
    registry.open({
      kind: 'worker',
      label: 'bad',
      cancel: () => {
        throw new Error('gone already');
      },
    });
    registry.cancelAll('over');
    expect(cancelled).toEqual(['a: over']);
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
    expect(registry.list().map((stream) => stream.label)).toEqual(['busy']);
  });

  it('cancels what is older than five minutes however busy it is', () => {
    const { clock, registry, open } = registryAt();
    const busy = open('busy');
    clock.nowMs += SESSION_LIMITS.totalMs;
    busy.touch();
    expect(registry.cancelExpired().map((stream) => stream.label)).toEqual(['busy']);
    expect(registry.size).toBe(0);
  });
});
