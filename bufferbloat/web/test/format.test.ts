import { describe, expect, it } from 'vitest';
import {
  formatLoss,
  formatMs,
  formatMsRange,
  formatRate,
  NOT_MEASURED,
  secondsInWords,
  significant,
  wholeSeconds,
  formatAdded,
  formatRateOf,
  formatShare,
} from '../src/page/view/format.ts';

describe('three significant figures', () => {
  it.each([
    [0, '0'],
    [0.0004, '0'],
    [-0.001, '0'],
    [0.424, '0.42'],
    [5.034, '5.03'],
    [9.994, '9.99'],
    [9.996, '10.0'],
    [34.24, '34.2'],
    [99.94, '99.9'],
    [99.96, '100'],
    [412.4, '412'],
    [-1.3, '−1.30'],
  ])('%d reads %s', (value, text) => {
    expect(significant(value)).toBe(text);
  });
});

describe('units', () => {
  it.each([
    [0.42, '0.42 ms'],
    [34.24, '34.2 ms'],
    [999.4, '999 ms'],
    [999.6, '1.00 s'],
    [1240, '1.24 s'],
  ])('%d ms reads %s', (ms, text) => {
    expect(formatMs(ms)).toBe(text);
  });

  it.each([
    [0, '0 Mbit/s'],
    [0.95, '950 kbit/s'],
    [0.9996, '1.00 Mbit/s'],
    [93.44, '93.4 Mbit/s'],
    [999.4, '999 Mbit/s'],
    [999.6, '1.00 Gbit/s'],
    [2360, '2.36 Gbit/s'],
  ])('%d Mbit/s reads %s', (mbps, text) => {
    expect(formatRate(mbps)).toBe(text);
  });

  it('shows a dash for what was not measured, never a zero', () => {
    expect(formatMs(null)).toBe(NOT_MEASURED);
    expect(formatMs(undefined)).toBe(NOT_MEASURED);
    expect(formatRate(null)).toBe(NOT_MEASURED);
    expect(formatLoss(0, 0)).toBe(NOT_MEASURED);
  });

  it('writes the unit of an interval once if both ends share it', () => {
    expect(formatMsRange(86.1, 97.9)).toBe('86.1–97.9 ms');
    expect(formatMsRange(900, 1200)).toBe('900 ms – 1.20 s');
    expect(formatMsRange(-0.4, 1.2)).toBe('−0.40 to 1.20 ms');
  });

  it('tells loss with its share', () => {
    expect(formatLoss(0, 250)).toBe('0 of 250');
    expect(formatLoss(3, 1197)).toBe('3 of 1200 (0.25 %)');
  });
});

describe('countdown', () => {
  it('rounds up and stops at zero', () => {
    expect(wholeSeconds(10_001)).toBe(11);
    expect(wholeSeconds(-5)).toBe(0);
    expect(secondsInWords(400)).toBe('1 second');
    expect(secondsInWords(40_000)).toBe('40 seconds');
  });
});

describe('formatRateOf', () => {
  it.each([
    [1.437, 1.5, '1.44 of 1.50 Mbit/s'],
    [0.7512, 0.75, '751 of 750 kbit/s'],
    [842, 50, '842 of 50.0 Mbit/s'],
    [null, 2.5, '– of 2.50 Mbit/s'],
  ])('%s of %s', (mbps, wanted, text) => {
    expect(formatRateOf(mbps, wanted)).toBe(text);
  });
});

describe('formatShare', () => {
  it.each([
    [0, '0 %'],
    [0.0234, '2.34 %'],
    [1, '100 %'],
    [null, '–'],
  ])('%s', (share, text) => {
    expect(formatShare(share)).toBe(text);
  });
});

describe('formatAdded', () => {
  it('never says that load took latency away', () => {
    expect([formatAdded(-0.3), formatAdded(20.84), formatAdded(null)]).toEqual(['+0 ms', '+20.8 ms', '–']);
  });
});
