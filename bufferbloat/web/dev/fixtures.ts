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
