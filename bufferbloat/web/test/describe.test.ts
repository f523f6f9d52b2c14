import type { LatencySummary, Result } from '@rowhouse/bufferbloat-protocol';
import { describe, expect, it } from 'vitest';
import { describeLive, describeResult } from '../src/page/view/describe.ts';
import { fileName } from '../src/page/view/files.ts';
import { perSecond } from '../src/page/view/result/per-second.ts';
import { LINES, resultOf } from '../dev/line.ts';

const result = resultOf(LINES.c);
const nothing: LatencySummary = {
  count: 0,
  lost: 0,
  min: null,
  mean: null,
  p5: null,
  p25: null,
  p50: null,
  p75: null,
  p90: null,
  p95: null,
  p99: null,
  max: null,
};

describe('a result in words', () => {
  it('tells the rest, each load, the loss, the rates and the gaps', () => {
    const text = describeResult(result);
    expect(text).toContain('At rest, the median round trip took 24.4 ms.');
    expect(text).toMatch(/During the download it took 45\.\d ms, with 5 % above \d+\.\d ms and a peak of \d+\.\d ms\./);
    expect(text).toContain('1 probe was lost.');
    expect(text).toMatch(/Throughput was 93\.\d Mbit\/s down and 18\.9 Mbit\/s up/);
    expect(text).toContain('One stretch could not be measured.');
  });

  it('says that a direction is missing and puts no figure in its place', () => {
    const partial: Result = { ...result, latencyMs: { ...result.latencyMs, upload: nothing } };
    expect(describeResult(partial)).toContain('Nothing could be measured during the upload.');
  });

  it('says that a rate is unknown where none was measured', () => {
    const none = { mean: null, p50: null, p90: null };
    const partial: Result = { ...result, bidirectional: { ...result.bidirectional, upload: none } };
    expect(describeResult(partial)).toContain('Mbit/s down and an unknown rate up.');
  });

  it('describes a running test by its step and what is left', () => {
    const progress = { steps: [{ id: 'upload', durationMs: 10_000, status: 'now', fraction: 0.5 }] as const };
    const numbers = { latencyMs: 80.2, addedMs: 55, downloadMbps: undefined, uploadMbps: 18 };
    expect(describeLive({ ...progress, stepNumber: 5, leftMs: 10_600, fraction: 0.7 }, numbers)).toBe(
      'Uploading at full speed. Latency now 80.2 ms. Time left: 11 seconds.',
    );
  });
});

describe('second by second', () => {
  it('has a row a second, with the phase that was loaded', () => {
    const rows = perSecond(result);
    expect(rows).toHaveLength(40);
    expect(rows[2]).toMatchObject({ phase: 'baseline', downloadMbps: undefined });
    expect(rows[15]).toMatchObject({ phase: 'download' });
    expect(rows[15]?.downloadMbps).toBeCloseTo(93.4, -1);
  });

  it('leaves the seconds of a gap empty', () => {
    expect(perSecond(result)[28]?.latencyMs).toBeUndefined();
    expect(perSecond(result)[26]?.latencyMs).toBeGreaterThan(50);
  });
});

describe('file names', () => {
  it('carry the date and the start of the id', () => {
    expect(fileName(result, 'csv')).toBe('bufferbloat-2026-01-31-1432-7f3a9c1e.csv');
  });

  it('let nothing of an id through that a file system could mind', () => {
    expect(fileName({ ...result, id: '../a b:c' }, 'json')).toBe('bufferbloat-2026-01-31-1432-abc.json');
  });
});
