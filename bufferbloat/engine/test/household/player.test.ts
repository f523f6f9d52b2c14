import type { SegmentStream } from '@rowhouse/bufferbloat-protocol';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Player } from '../../src/household/player.ts';
import { segmentBytes } from '../../src/traffic/index.ts';
import { START_MS } from './streams.ts';

const STREAM: SegmentStream = {
  kind: 'segments',
  flow: 'download',
  mbps: 25,
  onMs: 1000,
  offMs: 4000,
  qualities: [1, 0.6, 0.35, 0.2, 0.1],
};

/** Gives a player the share of a segment that is between two shares, at a time after the start. */
function give(player: Player, unit: number, [from, to]: [number, number], afterMs: number, quality = 0): void {
  const unitBytes = segmentBytes(STREAM, quality);
  const bytes = Math.round(unitBytes * to) - Math.round(unitBytes * from);
  player.chunk({ unit, unitBytes, quality, bytes }, START_MS + afterMs);
}

const newPlayer = (): Player => new Player(STREAM, START_MS);

describe('a player', () => {
  it('begins with the first whole segment', () => {
    const player = newPlayer();
    give(player, 0, [0, 0.9], 900);
    expect(player.state).toBe('starting');
    give(player, 0, [0.9, 1], 1000);
    expect(player.state).toBe('playing');
    expect(player.bufferedMs).toBe(5000);
    player.advance(START_MS + 3000);
    expect(player.bufferedMs).toBe(3000);
    expect(player.summary()).toEqual({ startupMs: 1000, stalls: 0, stallMs: 0, qualities: [0] });
  });

  it('has not begun as long as the first segment is not whole', () => {
    const player = newPlayer();
    give(player, 0, [0, 0.99], 900);
    player.advance(START_MS + 30_000);
    expect(player.state).toBe('starting');
    expect(player.summary()).toMatchObject({ startupMs: null, stalls: 0, stallMs: 0 });
  });

  it('plays a minute without a stall when every segment comes within its second', () => {
    const player = newPlayer();
    for (let unit = 0; unit < 12; unit += 1) {
      for (let part = 0; part < 10; part += 1) {
        give(player, unit, [part / 10, (part + 1) / 10], unit * 5000 + (part + 1) * 100);
      }
    }
    player.advance(START_MS + 60_000);
    expect(player.summary()).toEqual({ startupMs: 1000, stalls: 0, stallMs: 0, qualities: Array(12).fill(0) });
    expect(player.quality).toBe(0);
  });

  it('stalls at the end of what is there until the segment is whole', () => {
    const player = newPlayer();
    give(player, 0, [0, 1], 1000);
    // Play of the first ends at 6 s; a fifth of the second is another second.
    give(player, 1, [0, 0.2], 5500);
    player.advance(START_MS + 7000);
    expect(player.state).toBe('playing');
    player.advance(START_MS + 7500);
    expect(player.state).toBe('stalled');
    expect(player.summary()).toMatchObject({ stalls: 1, stallMs: 500 });
    give(player, 1, [0.2, 0.3], 8000);
    expect(player.state).toBe('stalled');
    give(player, 1, [0.3, 1], 8500);
    expect(player.state).toBe('playing');
    expect(player.summary()).toMatchObject({ stalls: 1, stallMs: 1500 });
  });

  it('goes on with two seconds in hand', () => {
    const player = newPlayer();
    give(player, 0, [0, 1], 1000);
    give(player, 1, [0, 0.39], 7000);
    expect(player.state).toBe('stalled');
    give(player, 1, [0.39, 0.4], 7200);
    expect(player.state).toBe('playing');
    expect(player.summary()).toMatchObject({ stalls: 1, stallMs: 1200 });
  });

  it('counts the stall under way', () => {
    const player = newPlayer();
    give(player, 0, [0, 1], 1000);
    player.advance(START_MS + 10_000);
    expect(player.summary()).toMatchObject({ stalls: 1, stallMs: 4000 });
    player.advance(START_MS + 9000);
    expect(player.summary()).toMatchObject({ stalls: 1, stallMs: 4000 });
  });

  it('goes on behind a segment that was left unfinished', () => {
    const player = newPlayer();
    give(player, 0, [0, 1], 1000);
    give(player, 1, [0, 0.5], 5500);
    give(player, 2, [0, 1], 6000);
    expect(player.bufferedMs).toBe(0 + 2500 + 5000);
    expect(player.summary().qualities).toEqual([0, 0, 0]);
  });
});

describe('the quality it wants', () => {
  it('steps down when a segment is late, to what the rate carries in that time', () => {
    const player = newPlayer();
    // 4.5 Mbit/s: 18 of 25 Mbit in four fifths of the period; quality 0.6 is 15.
    for (let part = 0; part < 4; part += 1) give(player, 0, [part * 0.18, (part + 1) * 0.18], (part + 1) * 1000);
    player.advance(START_MS + 4000);
    expect(player.quality).toBe(0);
    player.advance(START_MS + 4001);
    expect(player.quality).toBe(1);
  });

  it('steps down to the least where nothing comes at all, and stays there', () => {
    const player = newPlayer();
    player.advance(START_MS + 4001);
    expect(player.quality).toBe(4);
    player.advance(START_MS + 60_000);
    expect(player.quality).toBe(4);
  });

  it('steps down by one at least', () => {
    const player = newPlayer();
    give(player, 0, [0, 0.999], 3900);
    player.advance(START_MS + 4100);
    expect(player.quality).toBe(1);
  });

  it('steps up after two segments in time in a row, if the rate carries more', () => {
    const player = newPlayer();
    player.advance(START_MS + 4001);
    give(player, 0, [0, 1], 4500);
    expect(player.quality).toBe(4);
    give(player, 1, [0, 1], 5200, 4);
    expect(player.quality).toBe(4);
    give(player, 2, [0, 1], 10_200, 4);
    expect(player.quality).toBe(3);
    give(player, 3, [0, 1], 15_200, 3);
    give(player, 4, [0, 1], 20_200, 3);
    expect(player.quality).toBe(2);
  });

  it('does not step up to what the rate does not carry', () => {
    const after = (comesInMs: number): number => {
      const player = newPlayer();
      player.advance(START_MS + 4001);
      give(player, 0, [0, 1], 4500);
      for (const unit of [1, 2]) give(player, unit, [0, 1], unit * 5000 + comesInMs, 4);
      return player.quality;
    };
    // A tenth is 2.5 Mbit; a fifth, 5 Mbit, is carried in four seconds if that took two at most.
    expect(after(1990)).toBe(3);
    expect(after(2010)).toBe(4);
  });
});

describe('whatever arrives', () => {
  const arrivals = fc.array(
    fc.record({ afterMs: fc.integer({ min: 0, max: 40_000 }), share: fc.integer({ min: 1, max: 100 }) }),
    { maxLength: 60 },
  );

  /** Shares of segments in order, at times in order. */
  function feed(player: Player, parts: readonly { afterMs: number; share: number }[], stepMs: number): void {
    let [unit, done, nowMs] = [0, 0, 0];
    for (const { afterMs, share } of parts.toSorted((a, b) => a.afterMs - b.afterMs)) {
      for (; nowMs < afterMs; nowMs += stepMs) player.advance(START_MS + nowMs);
      const to = Math.min(1, done + share / 100);
      give(player, unit, [done, to], afterMs);
      if (to === 1) unit += 1;
      done = to === 1 ? 0 : to;
    }
    player.advance(START_MS + 45_000);
  }

  it('every moment is start-up, play or stall', () => {
    fc.assert(
      fc.property(arrivals, (parts) => {
        const player = newPlayer();
        feed(player, parts, 50_000);
        const { startupMs, stalls, stallMs } = player.summary();
        expect(player.bufferedMs).toBeGreaterThanOrEqual(-1e-6);
        if (startupMs === null) expect([stalls, stallMs]).toEqual([0, 0]);
        else expect(startupMs + stallMs).toBeLessThanOrEqual(45_000 + 1e-6);
        expect(stallMs > 0).toBe(stalls > 0);
      }),
    );
  });

  it('being asked in between changes nothing', () => {
    fc.assert(
      fc.property(arrivals, fc.integer({ min: 7, max: 900 }), (parts, stepMs) => {
        const [seldom, often] = [newPlayer(), newPlayer()];
        feed(seldom, parts, 50_000);
        feed(often, parts, stepMs);
        const [a, b] = [seldom.summary(), often.summary()];
        expect(b).toEqual({ ...a, stallMs: b.stallMs });
        expect(b.stallMs).toBeCloseTo(a.stallMs, 3);
        expect(often.quality).toBe(seldom.quality);
      }),
    );
  });
});
