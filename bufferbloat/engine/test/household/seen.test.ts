import { describe, expect, it } from 'vitest';
import { lagSpikes } from '../../src/household/lag.ts';
import { knownUntilMs, seenStreams, shown, watchedMs } from '../../src/household/seen.ts';
import { profileOf } from './profiles.ts';
import { legOf, seenOn, START_MS, TICKS, unitsOn } from './streams.ts';

describe('what was due', () => {
  it('is the grid until the end, with what never came as a hole', () => {
    const units = seenOn(TICKS, 1, (n) => (n === 3 ? undefined : 5)).legs[0]?.units ?? [];
    expect(units).toHaveLength(100);
    expect(units[3]).toEqual({ dueMs: START_MS + 30, wantedBytes: 1250, latenessMs: undefined, bytes: 0 });
    expect(units[4]).toEqual({ dueMs: START_MS + 40, wantedBytes: 1250, latenessMs: 5, bytes: 500 });
  });

  it('leaves out what was due after the end', () => {
    const units = unitsOn(TICKS, 2, () => 0);
    expect(seenOn(TICKS, 1, () => 0, { units }).legs[0]?.units).toHaveLength(100);
  });

  it('ends with the last that arrived where the connection was lost', () => {
    const seen = seenOn(TICKS, 1, (n) => (n < 60 ? 20 : undefined), { lost: true });
    expect(seen.legs[0]?.units).toHaveLength(60);
    expect(watchedMs(seen.legs)).toBe(590 + 20);
    const nothing = seenOn(TICKS, 1, () => undefined, { lost: true });
    expect(nothing.legs[0]?.units).toEqual([]);
    expect(watchedMs(nothing.legs)).toBe(0);
  });

  it('is known until the end of a connection that was stopped', () => {
    const seen = seenOn(TICKS, 1, () => undefined);
    expect(seen.legs.map(knownUntilMs)).toEqual([START_MS + 1000]);
  });

  it('begins for the client when it hears of the start: nothing is missing at either end of a long line', () => {
    const stream = { ...TICKS, flow: 'upload' } as const;
    const units = unitsOn(stream, 1, () => 0).map((unit) => ({ ...unit, dueMs: unit.dueMs + 400 }));
    const legs = [legOf(1, { uploadStartMs: START_MS + 400, units: units.slice(0, 60) })];
    const [seen] = seenStreams({ profile: profileOf('game', [stream]), legs });
    expect(seen?.legs[0]?.units.map(({ latenessMs }) => latenessMs)).toEqual(Array(60).fill(0));
    expect(seen === undefined ? [] : lagSpikes([seen])).toEqual([]);
    expect(watchedMs(seen?.legs ?? [])).toBe(600);
  });

  it('keeps streams and connections apart', () => {
    const profile = profileOf('game', [TICKS, { kind: 'bulk', flow: 'upload', mbps: 1 }, { ...TICKS, perS: 50 }]);
    const legs = [legOf(1, { units: unitsOn(TICKS, 1, () => 0, 2) }), legOf(2)];
    const seen = seenStreams({ profile, legs });
    expect(seen.map(({ index }) => index)).toEqual([0, 2]);
    expect(seen.map((each) => each.legs.map(({ units }) => units.length))).toEqual([
      [100, 200],
      [50, 100],
    ]);
    expect(seen[0]?.legs[0]?.units.every(({ latenessMs }) => latenessMs === undefined)).toBe(true);
  });

  it('shows messages in the order of arrival and never an older one after a newer', () => {
    const units = seenOn(TICKS, 0.05, (n) => [0, 35, 5, undefined, 0][n]).legs[0]?.units ?? [];
    expect(shown(units).map(({ dueMs, shownMs }) => [dueMs - START_MS, shownMs - START_MS])).toEqual([
      [0, 0],
      [20, 25],
      [40, 40],
    ]);
  });
});
