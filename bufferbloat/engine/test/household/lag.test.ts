import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { totalS } from '../../src/household/freezes.ts';
import { lagSpikes } from '../../src/household/lag.ts';
import { seenOn, START_MS, TICKS } from './streams.ts';

/** Ticks every 10 ms for 10 s. */
const spikes = (lateness: (sequence: number) => number | undefined, lost = false) =>
  lagSpikes([seenOn(TICKS, 10, lateness, { lost })]).map(({ fromMs, toMs }) => [fromMs - START_MS, toMs - START_MS]);

describe('lag spikes', () => {
  it('are none on a quiet line, and none of ticks that are a little late', () => {
    expect(spikes(() => 0)).toEqual([]);
    expect(spikes(() => 99)).toEqual([]);
  });

  it('begin when the next state is 100 ms overdue and end when it comes', () => {
    expect(spikes((n) => (n === 200 ? 300 : n < 200 ? 0 : Math.max(0, 300 - (n - 200) * 10)))).toEqual([[2100, 2300]]);
  });

  it('come of ticks that never came, too', () => {
    // From 2000 ms on 30 are missing: the next state is there at 2300.
    expect(spikes((n) => (n >= 200 && n < 230 ? undefined : 0))).toEqual([[2100, 2300]]);
    expect(spikes((n) => (n >= 200 && n < 210 ? undefined : 0))).toEqual([]);
  });

  it('go on while what comes is still too old', () => {
    // From 2 s on every tick is 150 ms late: the state is too old until the end.
    expect(spikes((n) => (n >= 200 ? 150 : 0))).toEqual([[2100, 10_000]]);
  });

  it('are one when less than 250 ms apart, two otherwise', () => {
    const hole = (from: number) => (n: number) => n >= from && n < from + 20;
    expect(spikes((n) => (hole(200)(n) || hole(253)(n) ? undefined : 0))).toHaveLength(2);
    expect(spikes((n) => (hole(200)(n) || hole(250)(n) ? undefined : 0))).toEqual([
      [2100, 2200],
      [2600, 2700],
    ]);
    expect(spikes((n) => (hole(200)(n) || hole(234)(n) ? undefined : 0))).toEqual([[2100, 2540]]);
  });

  it('count once when both directions stand at the same time', () => {
    const down = seenOn(TICKS, 10, (n) => (n >= 200 && n < 240 ? undefined : 0));
    const up = seenOn({ ...TICKS, flow: 'upload' }, 10, (n) => (n >= 220 && n < 250 ? undefined : 0));
    expect(lagSpikes([down, up])).toHaveLength(1);
  });

  it('are seen from the first moment to the last', () => {
    expect(spikes((n) => (n < 50 ? undefined : 0))).toEqual([[100, 500]]);
    expect(spikes((n) => (n < 900 ? 0 : undefined))).toEqual([[9100, 10_000]]);
    expect(spikes(() => undefined)).toEqual([[100, 10_000]]);
  });

  it('are not made up behind the last message of a lost connection', () => {
    expect(spikes((n) => (n < 900 ? 0 : undefined), true)).toEqual([]);
    expect(spikes(() => undefined, true)).toEqual([]);
  });

  it('never get less when a tick is taken away or comes later', () => {
    const lateness = fc.array(fc.option(fc.integer({ min: 0, max: 400 }), { nil: undefined }), {
      minLength: 300,
      maxLength: 300,
    });
    const at = fc.integer({ min: 0, max: 299 });
    fc.assert(
      fc.property(lateness, at, fc.option(fc.integer({ min: 0, max: 300 }), { nil: undefined }), (before, n, more) => {
        const after = before.with(n, more === undefined ? undefined : addedTo(before[n], more));
        const lagS = (of: readonly (number | undefined)[]) => totalS(lagSpikes([seenOn(TICKS, 3, (k) => of[k])]));
        expect(lagS(after)).toBeGreaterThanOrEqual(lagS(before) - 1e-9);
      }),
    );
  });
});

function addedTo(latenessMs: number | undefined, more: number): number | undefined {
  return latenessMs === undefined ? undefined : latenessMs + more;
}
