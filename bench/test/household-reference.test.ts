import { Player } from '@rowhouse/bufferbloat-engine';
import type { SegmentStream, TrafficStream } from '@rowhouse/bufferbloat-protocol';
import { describe, expect, it } from 'vitest';
import { freezeReference } from '../src/household-lab/reference/call.ts';
import { filmReference } from '../src/household-lab/reference/film.ts';
import { gameReference } from '../src/household-lab/reference/game.ts';
import type { WireUnit } from '../src/household-lab/reference/wire-session.ts';
import { Random } from '../src/shared/random.ts';

const START_MS = 1_800_000_000_000;
const TIMES = { startMs: START_MS, endMs: START_MS + 10_000, oneWayMs: 20 };

/** Units of a grid; `latenessMs` says how late one is, `undefined` that it never comes. */
function grid(perS: number, latenessMs: (sequence: number) => number | undefined): WireUnit[] {
  return Array.from({ length: 10 * perS }, (_, sequence) => {
    const late = latenessMs(sequence);
    const dueMs = START_MS + (sequence * 1000) / perS;
    const arrivedMs = dueMs + TIMES.oneWayMs + (late ?? 0);
    const rest = { stream: 0, bytes: 1000, unit: 0, unitBytes: 0, quality: 0 };
    return late === undefined ? [] : [{ sequence, dueMs, arrivedMs, ...rest }];
  }).flat();
}

describe('the reference of a game', () => {
  const stream = { kind: 'ticks', flow: 'download', mbps: 1, perS: 100, lateMs: 31.25 } as const;
  const game = (latenessMs: (sequence: number) => number | undefined) =>
    gameReference([{ stream, arrived: grid(100, latenessMs) }], TIMES);

  it('finds nothing on a quiet line', () => {
    expect(game(() => 0.2)).toEqual({ dueTicks: 1000, lateTicks: 0, lagSpikes: 0 });
  });

  it('counts late and missing ticks', () => {
    expect(game((n) => (n === 5 ? 32 : n === 9 ? undefined : 31)).lateTicks).toBe(2);
  });

  it('counts a lag from 100 ms after a tick should have been there', () => {
    // n missing ticks: the state is n x 10 ms too old before the next one comes.
    expect(game((n) => (n >= 100 && n < 110 ? undefined : 0)).lagSpikes).toBe(0);
    expect(game((n) => (n >= 100 && n < 111 ? undefined : 0)).lagSpikes).toBe(1);
    expect(game((n) => (n >= 100 ? 250 : 0)).lagSpikes).toBe(1);
  });

  it('counts lags that are close together as one', () => {
    const hole = (from: number, n: number) => n >= from && n < from + 20;
    expect(game((n) => (hole(100, n) || hole(150, n) ? undefined : 0)).lagSpikes).toBe(2);
    expect(game((n) => (hole(100, n) || hole(130, n) ? undefined : 0)).lagSpikes).toBe(1);
  });
});

describe('the reference of a picture', () => {
  const stream = {
    kind: 'video',
    flow: 'download',
    mbps: 1,
    perS: 20,
    keyFrameEveryS: 2,
    keyFrameRatio: 4,
  } as const satisfies TrafficStream;
  const freeze = (latenessMs: (sequence: number) => number | undefined) =>
    freezeReference(grid(20, latenessMs), stream, TIMES);

  it('finds nothing on a quiet line', () => {
    expect(freeze(() => 0)).toEqual({ freezes: 0, frozenS: 0 });
  });

  it('counts a freeze from the mean and 150 ms on, with its whole interval', () => {
    expect(freeze((n) => (n >= 100 && n < 103 ? undefined : 0))).toEqual({ freezes: 1, frozenS: 0.2 });
    expect(freeze((n) => (n >= 100 && n < 102 ? undefined : 0)).freezes).toBe(0);
  });

  it('counts a picture that never comes, and one that comes no more', () => {
    expect(freeze(() => undefined).frozenS).toBeCloseTo(10.05);
    expect(freeze((n) => (n < 100 ? 0 : undefined)).frozenS).toBeCloseTo(5.05);
  });
});

describe('the reference of a film', () => {
  const stream: SegmentStream = {
    kind: 'segments',
    flow: 'download',
    mbps: 25,
    onMs: 1000,
    offMs: 4000,
    qualities: [1, 0.5],
  };
  const part = (unit: number, bytes: number, afterMs: number): WireUnit => ({
    stream: 0,
    sequence: 0,
    dueMs: START_MS,
    arrivedMs: START_MS + afterMs,
    bytes,
    unit,
    unitBytes: 1000,
    quality: 0,
  });
  const film = (...parts: WireUnit[]) => filmReference(parts, stream, START_MS, START_MS + 30_000);

  it('begins with the first whole segment', () => {
    expect(film(part(0, 500, 400), part(0, 500, 1000))).toEqual({ startupMs: 1000, stalls: 1, stallS: 24 });
    expect(film(part(0, 999, 400))).toEqual({ startupMs: null, stalls: 0, stallS: 0 });
  });

  it('stands until the segment is whole or two seconds are there', () => {
    // Play of the first segment ends at 6 s; a tenth of the second one is half a second.
    expect(film(part(0, 1000, 1000), part(1, 100, 5000), part(1, 900, 8000)).stallS).toBeCloseTo(1.5 + 30 - 12.5);
    expect(film(part(0, 1000, 1000), part(1, 300, 6500), part(1, 400, 7000), part(1, 300, 8000)).stallS).toBeCloseTo(
      1 + 30 - 12,
    );
  });

  it('agrees with the player of the page, whatever arrives', () => {
    const source = new Random(7);
    const random = () => source.next();
    for (let run = 0; run < 300; run += 1) {
      const slowness = 0.3 + 2 * random();
      const parts: WireUnit[] = [];
      let atMs = 0;
      for (let unit = 0; unit < 6; unit += 1) {
        atMs = Math.max(atMs, unit * 5000);
        for (let left = 1000; left > 0; ) {
          const bytes = Math.min(left, 1 + Math.floor(200 * random()));
          atMs += bytes * 5 * slowness * random();
          parts.push(part(unit, bytes, atMs));
          left -= bytes;
        }
      }
      const player = new Player(stream, START_MS);
      for (const one of parts.filter(({ arrivedMs }) => arrivedMs <= START_MS + 30_000)) {
        player.chunk(one, one.arrivedMs);
      }
      player.advance(START_MS + 30_000);
      const { startupMs, stalls, stallMs } = player.summary();
      const reference = film(...parts);
      expect(reference.startupMs).toEqual(startupMs);
      expect(reference.stalls).toBe(stalls);
      expect(reference.stallS).toBeCloseTo(stallMs / 1000);
    }
  });
});
