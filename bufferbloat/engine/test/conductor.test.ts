import { describe, expect, it } from 'vitest';
import {
  type ConductorEffect,
  type ConductorEvent,
  type ConductorState,
  createConductor,
  DRAIN_LIMIT_MS,
  step,
} from '../src/conductor.ts';
import { singleUserPlan } from '../src/plan.ts';

const AT = 1_700_000_000_000;

/** Runs a whole test in virtual time; `react` adds events to each tick. */
function run(react: (state: ConductorState, nowMs: number) => ConductorEvent[], tickMs = 20) {
  let state = createConductor(singleUserPlan());
  const log: { atMs: number; effect: ConductorEffect; state: ConductorState }[] = [];
  const feed = (event: ConductorEvent): void => {
    const [next, effects] = step(state, event);
    state = next;
    for (const effect of effects) log.push({ atMs: event.nowMs - AT, effect, state });
  };
  let nowMs = AT;
  feed({ type: 'start', nowMs });
  while (state.status === 'running' && nowMs < AT + 120_000) {
    nowMs += tickMs;
    for (const event of react(state, nowMs)) feed(event);
    feed({ type: 'tick', nowMs });
  }
  return { state, log };
}

/** A line that answers at once and carries 20 down and 5 up. */
const quick = (state: ConductorState, nowMs: number): ConductorEvent[] => [
  { type: 'probe', nowMs, sentMs: nowMs - 10, rttMs: 10 },
  { type: 'rate', nowMs, direction: 'download', mbps: 20 },
  ...(state.load.upload > 0 ? [{ type: 'rate' as const, nowMs, direction: 'upload' as const, mbps: 5 }] : []),
];

describe('a test from start to end', () => {
  it('runs the phases of B3 in order, each for its time', () => {
    const { state, log } = run(quick);
    expect(state.status).toBe('done');
    expect(log.at(-1)?.effect).toEqual({ type: 'finish', outcome: 'done' });
    expect(state.spans.map(({ id, startMs, endMs }) => [id, endMs - startMs])).toEqual([
      ['baseline', 5000],
      ['download-warmup', 5000],
      ['download', 10_000],
      ['upload-warmup', 5000],
      ['upload', 10_000],
      ['bidirectional', 5000],
    ]);
    expect(state.drainTimedOut).toEqual([]);
    expect(state.totalMs).toBe(state.elapsedMs);
    expect(state.elapsedMs).toBeLessThan(40_200);
  });

  it('grades the baseline without its handshakes, saturation whole, bidirectional from 1.5 s', () => {
    const { state } = run(quick);
    const graded = state.spans.map(
      (span) => span.graded && [span.graded.fromMs - span.startMs, span.endMs - span.graded.toMs],
    );
    expect(graded).toEqual([[200, 0], null, [0, 0], null, [0, 0], [1500, 0]]);
  });

  it('adds connections one by one, keeps them through the saturation, and ends them before every drain', () => {
    const { log } = run(quick);
    const loads = log.flatMap(({ effect }) => (effect.type === 'load' ? [[effect.download, effect.upload]] : []));
    expect(loads).toEqual([
      ...[1, 2, 3, 4, 5, 6].map((count) => [count, 0]),
      [0, 0],
      ...[1, 2, 3, 4, 5, 6].map((count) => [0, count]),
      [0, 0],
      ...[1, 2, 3].map((count) => [count, count]),
      [0, 0],
    ]);
  });

  it('announces every phase and every drain once', () => {
    const { log } = run(quick);
    const phases = log.flatMap(({ effect }) =>
      effect.type === 'phase' ? [`${effect.id}${effect.draining ? ' (drain)' : ''}`] : [],
    );
    expect(phases).toEqual([
      'baseline',
      'download-warmup',
      'download',
      'upload-warmup (drain)',
      'upload-warmup',
      'upload',
      'bidirectional (drain)',
      'bidirectional',
      'bidirectional (drain)',
    ]);
  });

  it('gives every phase its time even if the machine slept in the middle', () => {
    let slept = false;
    const { state } = run((_, nowMs) => {
      if (nowMs - AT < 12_000 || slept) return [];
      slept = true;
      return [{ type: 'tick', nowMs: nowMs + 50_000 }];
    });
    expect(state.spans).toHaveLength(6);
    for (const [index, span] of state.spans.entries()) {
      expect(span.endMs - span.startMs).toBeGreaterThanOrEqual(singleUserPlan().at(index)!.durationMs);
    }
  });
});

describe('draining', () => {
  it('waits until probes sent after the load are back near the baseline', () => {
    let loadEndedMs = 0;
    const { state } = run((now, nowMs) => {
      if (now.load.download + now.load.upload > 0) loadEndedMs = nowMs;
      const queueMs = Math.max(0, 500 - (nowMs - 10 - loadEndedMs));
      const rttMs = now.phase === 'baseline' ? 10 : 10 + queueMs;
      return [{ type: 'probe', nowMs, sentMs: nowMs - 10, rttMs }];
    });
    expect(state.drainTimedOut).toEqual([]);
    const [download, uploadWarmup] = [state.spans.at(2)!, state.spans.at(3)!];
    expect(uploadWarmup.startMs - download.endMs).toBeGreaterThan(490);
    expect(uploadWarmup.startMs - download.endMs).toBeLessThan(600);
    expect(state.totalMs).toBeGreaterThan(41_400);
  });

  it('does not count replies to probes that were sent under load', () => {
    const { state } = run((_, nowMs) => [{ type: 'probe', nowMs, sentMs: nowMs - 1500, rttMs: 10 }]);
    const [download, uploadWarmup] = [state.spans.at(2)!, state.spans.at(3)!];
    expect(uploadWarmup.startMs - download.endMs).toBeGreaterThanOrEqual(1500);
  });

  it('goes on after 2 s and says so, if the queue does not empty or nothing is heard', () => {
    const { state } = run(() => []);
    expect(state.drainTimedOut).toEqual(['upload-warmup', 'bidirectional']);
    expect(state.elapsedMs).toBe(40_000 + 3 * DRAIN_LIMIT_MS);
  });
});

describe('probe rate', () => {
  const rates = (events: ReturnType<typeof run>['log']) =>
    events.flatMap(({ atMs, effect }) =>
      effect.type === 'probe-rate' ? [{ atMs, udp: effect.udpPerS, websocket: effect.websocketPerS }] : [],
    );

  it('starts at 20, is 10 in a direction that is not known, and follows the slowest that is', () => {
    const { log } = run(quick);
    expect(rates(log).map(({ udp, websocket }) => [udp, websocket])).toEqual([
      [20, 10],
      [10, 2],
      [50, 20],
      [10, 2],
      [50, 6],
      [0, 0],
    ]);
  });

  it('gives the WebSocket everything once UDP cannot be had', () => {
    const { log, state } = run((now, nowMs) => [
      ...quick(now, nowMs),
      ...(nowMs === AT + 1000 ? [{ type: 'udp' as const, nowMs, available: false }] : []),
    ]);
    expect(state.udp).toBe(false);
    expect(
      rates(log)
        .slice(1)
        .every(({ udp }) => udp === 0),
    ).toBe(true);
    expect(
      Math.max(
        ...rates(log)
          .slice(1)
          .map(({ websocket }) => websocket),
      ),
    ).toBe(50);
  });

  it('may fall in a graded window but not rise', () => {
    const line =
      (mbps: (atMs: number) => number) =>
      (_: ConductorState, nowMs: number): ConductorEvent[] => [
        { type: 'rate', nowMs, direction: 'download', mbps: mbps(nowMs - AT) },
      ];
    const inDownload = (atMs: number): boolean => atMs > 10_000 && atMs < 20_000;
    const rising = rates(run(line((atMs) => (atMs < 11_000 ? 2 : 50))).log).filter(({ atMs }) => inDownload(atMs));
    expect(rising).toEqual([]);
    const falling = rates(run(line((atMs) => (atMs < 11_000 ? 50 : 2))).log).filter(({ atMs }) => inDownload(atMs));
    expect(falling.at(-1)).toMatchObject({ udp: 20, websocket: 2 });
  });

  it('learns nothing while connections are being added', () => {
    const { log } = run((_, nowMs) => [
      { type: 'rate', nowMs, direction: 'download', mbps: nowMs - AT < 7000 ? 1 : 50 },
    ]);
    expect(rates(log)[2]).toMatchObject({ atMs: 7040, udp: 50, websocket: 20 });
  });

  it('goes by what each direction carried alone when both are loaded', () => {
    const { log, state } = run((now, nowMs) => {
      const mbps = now.phase === 'bidirectional' ? 0.1 : 40;
      return (['download', 'upload'] as const).map((direction) => ({ type: 'rate' as const, nowMs, direction, mbps }));
    });
    const { startMs } = state.spans.at(-1)!;
    expect(rates(log).findLast(({ atMs }) => atMs <= startMs)).toMatchObject({ udp: 50, websocket: 20 });
    expect(rates(log).filter(({ atMs, udp }) => atMs > startMs && udp > 0)).toEqual([]);
  });

  it('ignores what is reported of a direction that carries no load', () => {
    const { log } = run((_, nowMs) => [{ type: 'rate', nowMs, direction: 'upload', mbps: 0 }]);
    expect(rates(log)[1]).toMatchObject({ atMs: 5000, udp: 10 });
    expect(rates(log).find(({ atMs }) => atMs > 5000 && atMs < 20_000)).toBeUndefined();
  });
});

describe('stopping', () => {
  it('ends load and probes at once and closes the span', () => {
    const { state, log } = run((_, nowMs) => (nowMs === AT + 12_000 ? [{ type: 'stop', nowMs }] : []));
    expect(log.slice(-3).map(({ effect }) => effect)).toEqual([
      { type: 'load', download: 0, upload: 0 },
      { type: 'probe-rate', udpPerS: 0, websocketPerS: 0 },
      { type: 'finish', outcome: 'stopped' },
    ]);
    expect(state).toMatchObject({ status: 'stopped', phase: null, elapsedMs: 12_000, totalMs: 12_000 });
    expect(state.spans.at(-1)).toMatchObject({
      id: 'download',
      endMs: 12_000,
      graded: { fromMs: 10_000, toMs: 12_000 },
    });
  });

  it('grades nothing of a phase that ended before its window began, and adds no span in a drain', () => {
    const early = run((_, nowMs) => (nowMs === AT + 100 ? [{ type: 'stop', nowMs }] : [])).state;
    expect(early.spans).toEqual([{ id: 'baseline', startMs: 0, endMs: 100, graded: null }]);
    const draining = run((_, nowMs) => (nowMs === AT + 20_500 ? [{ type: 'stop', nowMs }] : [])).state;
    expect(draining.spans.map(({ id }) => id)).toEqual(['baseline', 'download-warmup', 'download']);
  });

  it('does nothing before the start, nor again after the end', () => {
    const idle = createConductor(singleUserPlan());
    expect(step(idle, { type: 'stop', nowMs: AT })).toEqual([idle, []]);
    expect(step(idle, { type: 'tick', nowMs: AT })).toEqual([idle, []]);
    const { state } = run(quick);
    for (const type of ['start', 'stop', 'tick'] as const) {
      expect(step(state, { type, nowMs: AT + 90_000 })).toEqual([state, []]);
    }
  });

  it('knows before the start that UDP cannot be had', () => {
    const [idle] = step(createConductor(singleUserPlan()), { type: 'udp', nowMs: AT, available: false });
    const [, effects] = step(idle, { type: 'start', nowMs: AT });
    expect(effects[0]).toEqual({ type: 'probe-rate', udpPerS: 0, websocketPerS: 27 });
  });

  it('ends a plan without phases at its first tick', () => {
    const [state, effects] = step(createConductor([]), { type: 'start', nowMs: AT });
    expect(state.status).toBe('done');
    expect(effects).toEqual([{ type: 'finish', outcome: 'done' }]);
  });
});
