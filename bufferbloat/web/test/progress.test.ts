import { singleUserPlan } from '@rowhouse/bufferbloat-engine';
import type { PhaseSpan } from '@rowhouse/bufferbloat-protocol';
import { describe, expect, it } from 'vitest';
import type { RunState } from '../src/page/run/state.ts';
import { liveNumbers } from '../src/page/view/live.ts';
import { progressOf, spansAhead } from '../src/page/view/progress.ts';
import { rulerPercent } from '../src/page/view/result/ruler-scale.ts';

const plan = singleUserPlan();
const baseline: PhaseSpan = { id: 'baseline', startMs: 0, endMs: 5000, graded: null };
const warmup: PhaseSpan = { id: 'download-warmup', startMs: 5000, endMs: 10_000, graded: null };
const download: PhaseSpan = { id: 'download', startMs: 10_000, endMs: 20_000, graded: null };
const state: RunState = {
  status: 'running',
  phase: 'download',
  draining: false,
  elapsedMs: 12_500,
  totalMs: 40_000,
  spans: [baseline, warmup],
  result: undefined,
  error: undefined,
  offline: false,
  activeSignal: 'udp',
  scale: 1,
};

describe('progress', () => {
  it('tells what is done, how far the current step is, and what is left', () => {
    const { steps, stepNumber, leftMs } = progressOf(state, plan);
    expect(steps.map(({ status }) => status)).toEqual(['done', 'done', 'now', 'next', 'next', 'next']);
    expect(steps[2]?.fraction).toBe(0.25);
    expect(stepNumber).toBe(3);
    expect(leftMs).toBe(27_500);
  });

  it('does not count a drain as part of the step that waits for it', () => {
    const draining: RunState = {
      ...state,
      phase: 'upload-warmup',
      draining: true,
      elapsedMs: 21_000,
      spans: [baseline, warmup, download],
    };
    expect(progressOf(draining, plan).steps[3]).toMatchObject({ status: 'now', fraction: 0 });
    expect(spansAhead(draining, plan)[0]).toMatchObject({ id: 'upload-warmup', startMs: 21_000 });
  });

  it('lays what is planned behind what has run', () => {
    const ahead = spansAhead(state, plan);
    expect(ahead.map(({ id }) => id)).toEqual(['download', 'upload-warmup', 'upload', 'bidirectional']);
    expect(ahead.at(-1)?.endMs).toBe(40_000);
  });
});

describe('figures of the moment', () => {
  const points = (...values: readonly (readonly [number, number])[]) =>
    values.map(([atMs, value]) => ({ atMs, value }));

  it('adds to the median at rest, over the last second', () => {
    const series = {
      latency: {
        udp: points([1000, 20], [2000, 22], [3000, 24], [11_000, 500], [12_000, 80], [12_400, 82]),
        websocket: [],
        inFlow: [],
      },
      throughput: { download: points([12_100, 90], [12_200, 94], [12_300, 96]), upload: [] },
    };
    expect(liveNumbers(series, state)).toEqual({ latencyMs: 80, addedMs: 58, downloadMbps: 94, uploadMbps: undefined });
  });

  it('knows nothing once nothing has come in for a second', () => {
    const series = {
      latency: { udp: points([1000, 20], [9000, 80]), websocket: [], inFlow: [] },
      throughput: { download: [], upload: [] },
    };
    expect(liveNumbers(series, state)).toMatchObject({ latencyMs: undefined, addedMs: undefined });
  });
});

describe('ruler', () => {
  it('is logarithmic and ends where it ends', () => {
    expect(rulerPercent(-3)).toBe(0);
    expect(rulerPercent(90_000)).toBe(100);
    expect(rulerPercent(100) - rulerPercent(10)).toBeCloseTo(rulerPercent(1000) - rulerPercent(100));
  });
});
