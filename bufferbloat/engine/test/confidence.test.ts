import type { Gap } from '@rowhouse/bufferbloat-protocol';
import { describe, expect, it } from 'vitest';
import { analyse } from '../src/analyse.ts';
import type { Recording } from '../src/recording.ts';
import { AT, counts, DOWN, probes, recording, roundTrip, tcp, under, UP } from './recordings.ts';

/** Level, code and message of the only reason. */
function only(of: Recording): [string, string, string] {
  const { level, reasons } = analyse(of).confidence;
  expect(reasons).toHaveLength(1);
  const { code, message } = reasons.at(0)!;
  return [level, code, message];
}
const codes = (of: Recording): string[] => analyse(of).confidence.reasons.map(({ code }) => code);

it('is high when nothing speaks against it', () => {
  expect(analyse(recording()).confidence).toEqual({ level: 'high', reasons: [] });
});

describe('tab-hidden', () => {
  it.each([
    [300, 'medium'],
    [1500, 'low'],
  ])('%s ms: %s', (hiddenMs, level) => {
    expect(only(under({ hiddenMs })).slice(0, 2)).toEqual([level, 'tab-hidden']);
  });

  it('says for how long', () => {
    expect(only(under({ hiddenMs: 1500 }))[2]).toContain('1.5 s');
  });
});

describe('browser-busy', () => {
  // The least loaded median of the recording is 60 ms: 4 and 20 ms weigh more than 4 and 20 % of it.
  it.each([
    [3.9, 'high'],
    [5, 'medium'],
    [25, 'low'],
  ])('timers late by %s ms: %s', (lateMs, level) => {
    const { confidence } = analyse(under({ clientLateMs: Array.from({ length: 100 }, () => lateMs) }));
    expect(confidence.level).toBe(level);
    if (level !== 'high') expect(confidence.reasons[0]).toMatchObject({ code: 'browser-busy' });
  });

  it('allows more on a line whose latency is long', () => {
    const udp = probes((sentMs) => (sentMs < 5000 ? 10 : 1010));
    const late = under({ clientLateMs: Array.from({ length: 100 }, () => 30) });
    expect(codes({ ...late, probes: { udp } })).toEqual([]);
  });
});

describe('server-busy', () => {
  const every = (main: number, ping?: number) =>
    under({ serverLoopDelayMs: Array.from({ length: 100 }, () => ({ atMs: AT, main, ping })) });

  it('is medium when the ping process or the main process lags, low when the ping process lags long', () => {
    expect(only(every(1, 8)).slice(0, 2)).toEqual(['medium', 'server-busy']);
    expect(only(every(1, 50)).slice(0, 2)).toEqual(['low', 'server-busy']);
    expect(only(every(150)).slice(0, 2)).toEqual(['medium', 'server-busy']);
    expect(codes(every(50, 2))).toEqual([]);
  });
});

describe('congestion-control', () => {
  const using = (congestionControl: string) => recording({ server: { congestionControl, tcpInfo: true } });

  it('accepts what fills a queue', () => {
    expect(codes(using('reno'))).toEqual([]);
  });

  it('is low for bbr and medium for what cannot be read', () => {
    expect(only(using('bbr'))).toEqual(['low', 'congestion-control', expect.stringContaining('bbr')]);
    expect(only(using('unknown')).slice(0, 2)).toEqual(['medium', 'congestion-control']);
  });
});

describe('few-samples', () => {
  const thinned = (every: number) => {
    const udp = probes(roundTrip).filter((sample, at) => sample.sentMs < AT + 35_000 || at % every === 0);
    return recording({ probes: { udp } });
  };

  it('is medium below 30 and low below 15, and names the phase', () => {
    expect(only(thinned(3))).toEqual(['medium', 'few-samples', 'Only 23 latency samples in the bidirectional phase.']);
    expect(only(thinned(6)).slice(0, 2)).toEqual(['low', 'few-samples']);
  });

  it('is low where a window was not measured', () => {
    expect(analyse(thinned(20)).confidence.level).toBe('low');
    expect(codes(thinned(20))).toEqual(['few-samples']);
  });
});

describe('line-not-filled', () => {
  it('is low where a direction carried nothing', () => {
    expect(only(recording({ upload: counts(() => 0) })).slice(0, 2)).toEqual(['low', 'line-not-filled']);
    expect(only(recording({ upload: [] })).slice(0, 2)).toEqual(['low', 'line-not-filled']);
  });

  it('is medium while the rate still grows at the end', () => {
    const growing = counts((atMs) => (atMs < 20_000 ? 0 : atMs < 35_000 ? 2 + (atMs - 25_000) / 2000 : 4));
    expect(only(recording({ upload: growing }))).toEqual([
      'medium',
      'line-not-filled',
      expect.stringContaining('The upload'),
    ]);
  });

  it('does not take a rate that comes and goes for growth', () => {
    const wavy = counts((atMs) => (atMs < 20_000 ? 0 : atMs < 28_000 ? 4 : atMs < 31_000 ? 3 : 6));
    expect(codes(recording({ upload: wavy }))).toEqual([]);
  });

  it('is medium where the download met neither queue nor loss: something else held it back', () => {
    const udp = probes((sentMs) => (sentMs >= 5000 && sentMs < 20_000 ? 11 : roundTrip(sentMs)));
    expect(only(recording({ probes: { udp }, tcp: tcp(DOWN, 0) })).slice(0, 2)).toEqual(['medium', 'line-not-filled']);
  });

  it('trusts a short queue where there was loss (a good router drops), and where TCP_INFO is missing', () => {
    const udp = probes((sentMs) => (sentMs >= 5000 && sentMs < 20_000 ? 11 : roundTrip(sentMs)));
    expect(codes(recording({ probes: { udp }, tcp: tcp(DOWN, 20) }))).toEqual([]);
    expect(codes(recording({ probes: { udp }, tcp: [] }))).toEqual([]);
  });
});

describe('tcp-probes-on-lossy-line', () => {
  // 20 Mbit/s are 1727 segments a second.
  it('counts only where the WebSocket is graded', () => {
    const websocket = probes(roundTrip);
    expect(only(recording({ probes: { websocket }, tcp: tcp(DOWN, 20) })).slice(0, 2)).toEqual([
      'medium',
      'tcp-probes-on-lossy-line',
    ]);
    expect(only(recording({ probes: { websocket }, tcp: tcp(DOWN, 60) })).slice(0, 2)).toEqual([
      'low',
      'tcp-probes-on-lossy-line',
    ]);
    expect(codes(recording({ probes: { websocket }, tcp: tcp(DOWN, 5) }))).toEqual([]);
    expect(codes(recording({ tcp: tcp(DOWN, 60) }))).toEqual([]);
  });
});

describe('gap', () => {
  const gap = (signal: Gap['signal'], fromMs: number, toMs: number): Recording =>
    recording({ gaps: [{ signal, fromMs, toMs, reason: 'the connection was lost' }] });

  it('is medium wherever it is, low if it takes a fifth of a graded window', () => {
    expect(only(gap('udp', 15_000, 16_000))).toEqual([
      'medium',
      'gap',
      'UDP latency could not be measured for 1.0 s: the connection was lost.',
    ]);
    expect(only(gap('udp', 15_000, 17_000)).slice(0, 2)).toEqual(['low', 'gap']);
    expect(only(gap('websocket', 15_000, 18_000)).slice(0, 2)).toEqual(['medium', 'gap']);
  });

  it('tells of the longest', () => {
    const short: Gap = { signal: 'tcp-info', fromMs: 0, toMs: 100, reason: 'short' };
    const long: Gap = { signal: 'websocket', fromMs: 0, toMs: 2000, reason: 'long' };
    expect(only(recording({ gaps: [short, long] }))[2]).toBe(
      'WebSocket latency could not be measured for 2.0 s: long.',
    );
  });

  it('has no share in a phase that did not run', () => {
    const stopped = { ...gap('udp', 15_000, 17_000), spans: recording().spans.slice(0, 2) };
    expect(codes(stopped)).toContain('gap');
  });
});

it('queue-not-drained names the load that began too early', () => {
  expect(only(under({ drainTimedOut: ['upload-warmup'] }))[2]).toContain('the upload load');
  expect(only(under({ drainTimedOut: ['bidirectional'] }))[2]).toContain('the bidirectional load');
});

it('near-boundary gives the range', () => {
  const udp = probes((sentMs) => (sentMs < 5000 ? 10 : 70.2));
  expect(only(recording({ probes: { udp } }))).toEqual([
    'medium',
    'near-boundary',
    expect.stringContaining('from B to C'),
  ]);
});

it('names the gravest reason first, and the level is its', () => {
  const { confidence } = analyse({
    ...under({ hiddenMs: 10 }),
    server: { congestionControl: 'bbr', tcpInfo: true },
    upload: UP,
  });
  expect(confidence.level).toBe('low');
  expect(confidence.reasons.map(({ code }) => code)).toEqual(['congestion-control', 'tab-hidden']);
});
