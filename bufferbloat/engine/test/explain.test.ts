import type { Result } from '@rowhouse/bufferbloat-protocol';
import { describe, expect, it } from 'vitest';
import { analyse } from '../src/analyse.ts';
import { explain } from '../src/explain.ts';
import { counts, probes, recording } from './recordings.ts';

/** A line of the given added latency in every direction, rates and loss. */
function line(of: { down?: number; up?: number; rttMs?: number; upRttMs?: number; lossEvery?: number } = {}): Result {
  const { down = 50, up = 10, rttMs = 15, upRttMs = rttMs, lossEvery = 0 } = of;
  const udp = probes((sentMs) => {
    if (sentMs < 5000) return 10;
    if (lossEvery > 0 && sentMs % (50 * lossEvery) === 0) return null;
    return sentMs < 20_000 ? rttMs : upRttMs;
  });
  const download = counts((atMs) => (atMs > 5000 ? down : 0));
  const upload = counts((atMs) => (atMs > 20_000 ? up : 0));
  return analyse(recording({ probes: { udp }, download, upload, tcp: [] }));
}
const verdicts = (result: Result) =>
  Object.fromEntries(explain(result).activities.map(({ id, verdict }) => [id, verdict]));

describe('what it means', () => {
  it('is good for everything on a good line', () => {
    expect(verdicts(line())).toEqual({ calls: 'good', games: 'good', streaming: 'good', browsing: 'good' });
  });

  it('follows latency', () => {
    expect(verdicts(line({ rttMs: 90 }))).toEqual({
      calls: 'good',
      games: 'fair',
      streaming: 'good',
      browsing: 'good',
    });
    expect(verdicts(line({ rttMs: 200 }))).toEqual({
      calls: 'fair',
      games: 'poor',
      streaming: 'good',
      browsing: 'fair',
    });
    expect(verdicts(line({ rttMs: 900 }))).toEqual({
      calls: 'poor',
      games: 'poor',
      streaming: 'good',
      browsing: 'poor',
    });
  });

  it('follows the rates', () => {
    expect(verdicts(line({ down: 8 })).streaming).toBe('fair');
    expect(verdicts(line({ down: 2 })).streaming).toBe('poor');
    expect(verdicts(line({ up: 0.5 })).calls).toBe('poor');
    expect(explain(line({ up: 0.5 })).activities[0]?.text).toContain('0.5 Mbit/s up');
    expect(verdicts(line({ down: 0.5 })).browsing).toBe('poor');
  });

  it('follows loss', () => {
    expect(verdicts(line({ lossEvery: 50 }))).toMatchObject({ calls: 'fair', games: 'fair' });
    expect(verdicts(line({ lossEvery: 20 }))).toMatchObject({ calls: 'poor', games: 'poor' });
  });

  it('says in words how much was lost', () => {
    const calls = (result: Result) => explain(result).activities[0]?.text;
    expect(calls(line())).toContain('and none is lost');
    expect(calls(line({ lossEvery: 50 }))).toMatch(/and \d\.\d % are lost/);
  });

  it('is unknown of what was not measured', () => {
    const nothing = analyse(recording({ probes: {}, tcp: [] }));
    expect(verdicts(nothing)).toEqual({
      calls: 'unknown',
      games: 'unknown',
      streaming: 'unknown',
      browsing: 'unknown',
    });
    expect(explain(nothing).summary).toContain('no total grade');
  });
});

describe('what to do', () => {
  it('is nothing for A+ and A', () => {
    expect(explain(line({ rttMs: 12 })).advice).toMatchObject({ needed: false, steps: [], shaper: null });
    expect(explain(line({ rttMs: 20 })).advice).toMatchObject({ needed: false, steps: [], shaper: null });
    expect(explain(line({ rttMs: 12 })).summary).toContain('Excellent');
  });

  it('is smart queue management at 90 and 95 % of the measured rates', () => {
    const { advice } = explain(line({ rttMs: 200, down: 93.2, up: 9.41 }));
    expect(advice.needed).toBe(true);
    expect(advice.shaper).toEqual({ downloadMbps: 83.9, uploadMbps: 8.94 });
    expect(advice.steps.join(' ')).toContain('83.9 Mbit/s for downloads and 8.94 Mbit/s for uploads');
    expect(advice.headline).toContain('both directions');
  });

  it('names the direction that is at fault', () => {
    const upload = line({ rttMs: 12, upRttMs: 300 });
    expect(explain(upload).advice.headline).toContain('uploads fill');
    const swapped: Result = { ...upload, grade: { ...upload.grade, download: 'D', upload: 'A+' } };
    expect(explain(swapped).advice.headline).toContain('downloads fill');
  });

  it('gives no rates where none were measured', () => {
    const { advice } = explain(analyse(recording({ upload: [] })));
    expect(advice.shaper).toBeNull();
    expect(advice.steps[1]).toContain('90-95 %');
  });

  it('is to test again without a total grade', () => {
    expect(explain(analyse(recording({ probes: {} }))).advice).toMatchObject({ needed: false, shaper: null });
  });
});
