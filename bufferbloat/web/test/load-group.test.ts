import { describe, expect, it } from 'vitest';
import type { LoadFailure } from '../src/shared/messages.ts';
import type { AttemptEnd } from '../src/workers/attempt.ts';
import { ALL_FAILING_MS, LoadGroup } from '../src/workers/load-group.ts';

/** Connections that end when the test says so. */
function line() {
  const clock = { nowMs: 0 };
  const attempts: { signal: AbortSignal; end: (end: AttemptEnd) => void }[] = [];
  const timers: { delayMs: number; run: () => void }[] = [];
  const failures: LoadFailure[] = [];
  const group = new LoadGroup({
    nowMs: () => clock.nowMs,
    attempt: (signal) => new Promise((end) => attempts.push({ signal, end })),
    after: (delayMs, run) => {
      const timer = { delayMs, run };
      timers.push(timer);
      return () => void (timers.includes(timer) && timers.splice(timers.indexOf(timer), 1));
    },
    onFailed: (failure) => failures.push(failure),
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  /** Ends the oldest attempt and, if it failed, lets its wait pass. */
  const end = async (how: AttemptEnd) => {
    attempts.shift()!.end(how);
    await settle();
    timers.shift()?.run();
    await settle();
  };
  return { clock, attempts, timers, failures, group, settle, end };
}

const LOST: AttemptEnd = { ok: false, failure: { code: 'load-lost' } };

describe('LoadGroup', () => {
  it('keeps as many connections as it was told, ending the newest first', () => {
    const { group, attempts } = line();
    group.setTarget(3);
    expect(attempts.map(({ signal }) => signal.aborted)).toEqual([false, false, false]);
    group.setTarget(1);
    expect(attempts.map(({ signal }) => signal.aborted)).toEqual([false, true, true]);
    expect(group.connections).toBe(1);
  });

  it('replaces a connection that has ended at once', async () => {
    const { group, attempts, end } = line();
    group.setTarget(1);
    await end({ ok: true });
    expect(attempts).toHaveLength(1);
  });

  it('waits before it replaces one that failed, and not beyond the end', async () => {
    const { group, attempts, timers, settle } = line();
    group.setTarget(1);
    attempts.shift()!.end(LOST);
    await settle();
    expect(attempts).toHaveLength(0);
    expect(timers).toHaveLength(1);
    group.setTarget(0);
    await settle();
    expect(timers).toHaveLength(0);
    expect(attempts).toHaveLength(0);
  });

  it('gives up when all have been failing for five seconds', async () => {
    const { clock, group, failures, end } = line();
    group.setTarget(2);
    await end(LOST);
    clock.nowMs = 60_000;
    await end(LOST);
    expect(failures).toEqual([]);
    clock.nowMs += ALL_FAILING_MS - 1;
    await end(LOST);
    expect(failures).toEqual([]);
    clock.nowMs += 1;
    await end(LOST);
    expect(failures).toEqual([{ code: 'load-lost' }]);
  });

  it('does not give up while one connection works', async () => {
    const { clock, group, failures, attempts, end } = line();
    group.setTarget(2);
    const [working] = attempts.splice(0, 1);
    for (let round = 0; round < 5; round++) {
      clock.nowMs += ALL_FAILING_MS;
      await end(LOST);
    }
    expect(working?.signal.aborted).toBe(false);
    expect(failures).toEqual([]);
  });

  it('gives up at once when the token has expired', async () => {
    const { group, failures, end } = line();
    group.setTarget(1);
    await end({ ok: false, failure: { code: 'token-expired', message: 'The token has expired.' } });
    expect(failures).toEqual([{ code: 'token-expired', message: 'The token has expired.' }]);
  });
});
