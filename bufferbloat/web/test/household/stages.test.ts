import { describe, expect, it } from 'vitest';
import { Stages } from '../../src/page/run/household/stages.ts';

describe('Stages', () => {
  it('go from the quiet line over the load to the end, by the time', () => {
    const stages = new Stages({ baselineMs: 5000, durationMs: 60_000 }, 1000);
    expect(stages.beat(5999, true)).toBeUndefined();
    expect(stages.beat(6010, true)).toBe('household');
    expect(stages.beat(66_009, true)).toBeUndefined();
    expect(stages.beat(66_050, true)).toBe('draining');
    expect(stages.traffic).toEqual({ fromMs: 6010, toMs: 66_050 });
    expect(stages.beat(66_100, true)).toBe('done');
    expect(stages.beat(99_000, true)).toBeUndefined();
  });

  it('wait for what is on its way, but not for ever', () => {
    const stages = new Stages({ baselineMs: 0, durationMs: 0 }, 0);
    expect(stages.beat(1, false)).toBe('household');
    expect(stages.beat(2, false)).toBe('draining');
    expect(stages.beat(3001, false)).toBeUndefined();
    expect(stages.beat(3002, false)).toBe('done');
  });
});
