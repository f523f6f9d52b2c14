import { describe, expect, it } from 'vitest';
import { Acknowledged, AdaptiveRounds, nextOffer, streamsOf, TrafficSender } from '../../src/index.ts';
import { START_MS, streamsOfUser } from './streams.ts';

describe('nextOffer', () => {
  it('grows by half while all arrives, and stops at the limit', () => {
    expect(nextOffer(50, 49.5, 1000)).toEqual({ offeredMbps: 75, state: 'growing' });
    expect(nextOffer(800, 800, 1000)).toEqual({ offeredMbps: 1000, state: 'growing' });
    expect(nextOffer(1000, 990, 1000)).toEqual({ offeredMbps: 1000, state: 'limit' });
  });

  it('holds a full line at a fifth above what arrived', () => {
    expect(nextOffer(150, 100, 1000)).toEqual({ offeredMbps: 120, state: 'line-full' });
    expect(nextOffer(1000, 900, 1000)).toEqual({ offeredMbps: 1000, state: 'line-full' });
    expect(nextOffer(50, 0, 1000)).toEqual({ offeredMbps: 0.5, state: 'line-full' });
  });

  it('repeats a round that was neither', () => {
    expect(nextOffer(100, 96, 1000)).toEqual({ offeredMbps: 100, state: 'growing' });
  });
});

describe('Acknowledged', () => {
  it('unwraps 32 bits', () => {
    const acknowledged = new Acknowledged();
    for (const bytes of [1e9, 3e9, 5e9, 8e9]) expect(acknowledged.note(bytes >>> 0, 1e10)).toBe(true);
    expect(acknowledged.bytes).toBe(8e9);
  });

  it('believes nothing that was never sent', () => {
    const acknowledged = new Acknowledged();
    expect(acknowledged.note(500, 1000)).toBe(true);
    expect(acknowledged.note(1001, 1000)).toBe(false);
    expect(acknowledged.note(499, 1000)).toBe(false);
    expect(acknowledged.bytes).toBe(500);
  });
});

/** A line of `lineMbps` with a full queue of `queueMs`, acknowledged every 20 ms after `rttMs`. */
function simulate(lineMbps: number, { rttMs = 20, queueMs = 200, adaptive = true, forMs = 30_000 } = {}) {
  const sender = new TrafficSender(streamsOf(streamsOfUser('computer'), 'download'), START_MS);
  const rounds = new AdaptiveRounds(50, adaptive ? 1000 : undefined, START_MS);
  const steps = [];
  let sent = 0;
  let served = 0;
  const arrivals: { atMs: number; bytes: number }[] = [];
  for (let ms = 0; ms < forMs; ms += 1) {
    served = Math.min(sent, served + lineMbps * 125);
    arrivals.push({ atMs: ms + rttMs, bytes: served });
    sender.step(START_MS + ms, ({ bytes }) => {
      if (sent - served + bytes > lineMbps * 125 * queueMs) return false;
      sent += bytes;
      return true;
    });
    if (ms % 20 !== 0) continue;
    const acked = arrivals.findLast(({ atMs }) => atMs <= ms)?.bytes ?? 0;
    const step = rounds.note(START_MS + ms, sent, acked);
    if (step) steps.push(step);
    sender.setBulk(rounds.offeredMbps, rounds.round);
  }
  return steps;
}

describe('AdaptiveRounds', () => {
  it.each([10, 100, 300, 800])('finds a line of %i Mbit/s to within 2 percent', (lineMbps) => {
    const last = simulate(lineMbps).slice(-5);
    for (const step of last) {
      expect(step.state).toBe('line-full');
      expect(Math.abs(step.arrivedMbps / lineMbps - 1)).toBeLessThan(0.02);
      expect(step.offeredMbps / lineMbps).toBeCloseTo(1.2, 1);
    }
  });

  it('reaches the limit of a faster line and stays there', () => {
    const steps = simulate(5000, { forMs: 20_000 });
    expect(steps.map(({ state }) => state).findIndex((state) => state === 'limit')).toBeLessThanOrEqual(8);
    expect(steps.at(-1)).toMatchObject({ state: 'limit', offeredMbps: 1000 });
    expect(Math.abs((steps.at(-1)?.arrivedMbps ?? 0) - 1000)).toBeLessThan(10);
  });

  it('measures and changes nothing where it is turned off', () => {
    for (const step of simulate(100, { adaptive: false, forMs: 5000 }))
      expect([step.state, step.offeredMbps]).toEqual(['fixed', 50]);
  });

  it('takes as long as the line’s queue to learn what arrived', () => {
    const steps = simulate(10, { queueMs: 2000, rttMs: 300 });
    expect(Math.abs((steps.at(-1)?.arrivedMbps ?? 0) - 10)).toBeLessThan(0.3);
  });

  it('says zero for what arrived in no time', () => {
    const rounds = new AdaptiveRounds(50, 1000, START_MS);
    rounds.note(START_MS, 0, 0);
    expect(rounds.note(START_MS + 1000, 0, 0)).toMatchObject({ arrivedMbps: 0, state: 'line-full' });
  });
});
