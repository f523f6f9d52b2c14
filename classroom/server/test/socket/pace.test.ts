import { describe, expect, it } from 'vitest';
import { createPace } from '../../src/socket/pace.ts';

describe('messages of one connection', () => {
  it('may come as fast as a person, and a page that acknowledges, can be', () => {
    let nowMs = 0;
    const pace = createPace(() => nowMs);
    for (let index = 0; index < 2000; index++) {
      nowMs += 5;
      expect(pace()).toBe('take');
    }
  });

  it('are refused when there are too many, and taken again a moment later', () => {
    let nowMs = 0;
    const pace = createPace(() => nowMs);
    const verdicts = Array.from({ length: 500 }, pace);
    expect(verdicts.filter((verdict) => verdict === 'refuse')).toHaveLength(100);
    nowMs += 100;
    expect(pace()).toBe('take');
  });

  it('end the connection when they are a flood', () => {
    const pace = createPace(() => 0);
    const verdicts = Array.from({ length: 6000 }, pace);
    expect(verdicts.at(-1)).toBe('close');
  });

  it('count by their size too: what is long takes long to read', () => {
    let nowMs = 0;
    const pace = createPace(() => nowMs);
    const longest = 256 * 1024;
    const verdicts = Array.from({ length: 100 }, () => pace(longest));
    expect(verdicts.filter((verdict) => verdict === 'take').length).toBeLessThan(10);
    expect(verdicts.at(-1)).toBe('close');
    nowMs += 60_000;
    expect(pace(100_000)).toBe('take'); // one long program is nothing out of the ordinary
  });

  it('survive a clock that was set back', () => {
    let nowMs = 1e6;
    const pace = createPace(() => nowMs);
    pace();
    nowMs = 0;
    expect(pace()).toBe('take');
  });
});
