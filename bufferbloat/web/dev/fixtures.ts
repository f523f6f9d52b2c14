import { signal } from '@preact/signals';
import type { Result } from '@rowhouse/bufferbloat-protocol';
import type { LiveSeries, Runner, RunState } from '../src/page/run/state.ts';
import { LINES, resultOf, spansOf } from './line.ts';

const IDLE: RunState = {
  status: 'idle',
  phase: undefined,
  draining: false,
  elapsedMs: 0,
  totalMs: 40_000,
  spans: [],
  result: undefined,
  error: undefined,
  offline: false,
  activeSignal: undefined,
  scale: 1,
};

/** The state `atMs` into a running test. */
function runningAt(atMs: number): RunState {
  const spans = spansOf();
  return {
    ...IDLE,
    status: 'running',
    phase: spans.find((span) => atMs < span.endMs)?.id,
    elapsedMs: atMs,
    spans: spans.filter((span) => span.endMs <= atMs),
    activeSignal: 'udp',
  };
}

const done = (line: keyof typeof LINES): RunState => ({
  ...IDLE,
  status: 'done',
  elapsedMs: 40_000,
  spans: spansOf(),
  result: resultOf(LINES[line]),
});

/** Every state that the page can be in, by the name that the address of the harness uses. */
const STATES: Readonly<Record<string, () => RunState>> = {
  empty: () => IDLE,
  offline: () => ({ ...IDLE, offline: true, scale: 0.2, totalMs: 8000 }),
  starting: () => ({ ...IDLE, status: 'starting' }),
  running: () => runningAt(29_400),
  draining: () => ({ ...runningAt(20_400), phase: 'upload-warmup', draining: true, totalMs: 40_600 }),
  stopping: () => ({ ...runningAt(29_400), status: 'stopping' }),
  stopped: () => ({ ...runningAt(22_300), status: 'stopped' }),
  failed: () => ({
    ...runningAt(17_600),
    status: 'failed',
    error: {
      code: 'server-lost',
      message:
        'The connection to the server was lost in the middle of the test: it was restarted, or your network changed. Start again.',
    },
  }),
  'done-aplus': () => done('aplus'),
  'done-c': () => done('c'),
  'done-f': () => done('f'),
};

/** What the charts of an unfinished test would hold: the samples of a result up to now. */
function seriesUntil(result: Result, untilMs: number): LiveSeries {
  const probes = (name: 'udp' | 'websocket') =>
    result.samples.latency.flatMap(({ signal: of, sentMs, rttMs }) =>
      of === name && rttMs !== null && sentMs < untilMs ? [{ atMs: sentMs, value: rttMs }] : [],
    );
  const rates = (name: 'download' | 'upload') =>
    result.samples.bytes.flatMap(({ direction, atMs, bytes, intervalMs }) =>
      direction === name && atMs < untilMs ? [{ atMs, value: (bytes * 8) / 1000 / intervalMs }] : [],
    );
  return {
    latency: {
      udp: probes('udp'),
      websocket: probes('websocket'),
      inFlow: result.samples.inFlow
        .filter(({ atMs }) => atMs < untilMs)
        .map(({ atMs, rttMs }) => ({ atMs, value: rttMs })),
    },
    throughput: { download: rates('download'), upload: rates('upload') },
  };
}

/** A runner that plays a test back as it happened, for watching the page at work and measuring what that costs. */
export function replayRunner(): Runner {
  const result = resultOf(LINES.c);
  const all = seriesUntil(result, result.durationMs);
  const series: LiveSeries = seriesUntil(result, 0);
  const state = signal<RunState>(IDLE);
  const revision = signal(0);
  let timer: ReturnType<typeof setInterval> | undefined;
  const stop = (status: RunState['status']) => {
    clearInterval(timer);
    state.value = { ...state.value, status, ...(status === 'done' ? { result } : {}) };
  };
  const play = (startedMs: number) => {
    const nowMs = performance.now() - startedMs;
    const pairs = [
      [all.latency.udp, series.latency.udp],
      [all.latency.websocket, series.latency.websocket],
      [all.latency.inFlow, series.latency.inFlow],
      [all.throughput.download, series.throughput.download],
      [all.throughput.upload, series.throughput.upload],
    ] as const;
    for (const [from, to] of pairs) {
      to.push(...from.slice(to.length).filter((point) => point.atMs < nowMs));
    }
    state.value = runningAt(Math.min(nowMs, 39_999));
    revision.value++;
    if (nowMs >= result.durationMs) stop('done');
  };
  return {
    state,
    series,
    revision,
    start() {
      const startedMs = performance.now();
      timer = setInterval(() => play(startedMs), 100);
      state.value = { ...IDLE, status: 'starting' };
    },
    stop: () => stop('stopped'),
    dispose: () => clearInterval(timer),
  };
}

/** A runner that stands still in one state. `start` and `stop` change only the status, as far as the page can see. */
export function fixtureRunner(name: string): Runner {
  const state = signal((STATES[name] ?? STATES['empty'] ?? (() => IDLE))());
  const change = (status: RunState['status']) => {
    state.value = { ...state.value, status };
  };
  return {
    state,
    series: seriesUntil(resultOf(LINES.c), state.peek().elapsedMs),
    revision: signal(0),
    start: () => change('starting'),
    stop: () => change('stopped'),
    dispose: () => change('idle'),
  };
}
