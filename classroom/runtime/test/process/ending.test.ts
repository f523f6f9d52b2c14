import { DEFAULT_LIMITS, sentence } from '@rowhouse/classroom-protocol';
import { describe, expect, it } from 'vitest';
import { endReason, NO_FACTS } from '../../src/process/ending.ts';
import { createStopping } from '../../src/process/stopping.ts';
import { createFakeClock } from '../support/fake-clock.ts';

describe('why a process ended', () => {
  const exit = { code: 0, signal: null, uncaught: false };
  it('is what it did itself, or what the kernel or the server did to it', () => {
    const oom = { ...NO_FACTS, oomKilled: true };
    const killed = { ...exit, code: null, signal: 'SIGKILL' };
    expect(endReason(exit, NO_FACTS, undefined, false)).toBe('finished');
    expect(endReason({ ...exit, code: 3 }, NO_FACTS, undefined, false)).toBe('error');
    expect(endReason({ ...exit, code: 1, uncaught: 'ValueError' }, NO_FACTS, undefined, false)).toBe('error');
    expect(endReason({ ...exit, code: 1, uncaught: 'MemoryError' }, NO_FACTS, undefined, false)).toBe('memory-limit');
    expect(endReason(killed, NO_FACTS, undefined, false)).toBe('crashed');
    expect(endReason(killed, oom, undefined, false)).toBe('memory-limit');
    expect(endReason(exit, oom, undefined, false)).toBe('finished');
    expect(endReason({ ...killed, signal: 'SIGXCPU' }, NO_FACTS, undefined, false)).toBe('cpu-limit');
    expect(endReason({ ...killed, signal: 'SIGINT' }, NO_FACTS, undefined, true)).toBe('stopped');
    expect(endReason({ ...killed, signal: 'SIGINT' }, NO_FACTS, undefined, false)).toBe('error');
    expect(endReason(killed, oom, 'wall-limit', false)).toBe('wall-limit');
  });
});

it('an end that another program brought about is not called the program’s own', () => {
  expect(sentence('crashed', DEFAULT_LIMITS, 'script')).toContain('another of yours');
});

describe('stopping', () => {
  const setUp = () => {
    const clock = createFakeClock();
    const did: string[] = [];
    const stopping = createStopping({
      clock,
      interrupt: () => did.push('interrupt'),
      endInput: () => did.push('end-input'),
      kill: () => did.push('kill'),
      onStuck: () => did.push('stuck'),
    });
    return { clock, did, stopping };
  };

  it('asks, then kills, then gives the room up', () => {
    const { clock, did, stopping } = setUp();
    stopping.ask('stopped', 'running');
    stopping.ask('wall-limit', 'running');
    expect(stopping.reason).toBe('stopped');
    clock.advance(1_999);
    expect(did).toEqual(['interrupt']);
    clock.advance(1);
    expect(did).toEqual(['interrupt', 'kill']);
    clock.advance(5_000);
    expect(did).toEqual(['interrupt', 'kill', 'stuck']);
  });

  it('tells a REPL that there is no more to come, and what does harm nothing', () => {
    const repl = setUp();
    repl.stopping.ask('stopped', 'waiting-for-code');
    expect(repl.did).toEqual(['end-input']);
    const hybrid = setUp();
    hybrid.stopping.ask('stopped', 'running');
    hybrid.stopping.stateChanged('waiting-for-code');
    expect(hybrid.did).toEqual(['interrupt', 'end-input']);
    const flood = setUp();
    flood.stopping.ask('output-limit', 'running');
    expect(flood.did).toEqual(['kill']);
    flood.stopping.done();
    expect(flood.clock.timers).toBe(0);
  });
});
