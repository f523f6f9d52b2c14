import { resultSchema } from '@rowhouse/bufferbloat-protocol';
import { describe, expect, it } from 'vitest';
import { analyse } from '../src/analyse.ts';
import { AT, DOWN, probes, recording, roundTrip, SPANS, tcp } from './recordings.ts';

describe('analyse', () => {
  it('turns a good recording into a complete result of the schema', () => {
    const result = analyse(recording());
    expect(resultSchema.parse(result)).toEqual(result);
    expect(result).toMatchObject({
      id: 'test-1',
      startedAt: '2026-01-02T03:04:05.000Z',
      durationMs: 40_300,
      grade: { total: 'C', download: 'C', upload: 'B', bidirectional: 'C' },
      confidence: { level: 'high', reasons: [] },
      signal: { graded: 'udp', unavailable: {} },
      throughputMbps: { download: { mean: 20, p50: 20, p90: 20 }, upload: { mean: 5, p50: 5, p90: 5 } },
      bidirectional: { download: { mean: 18, p50: 18, p90: 18 }, upload: { mean: 4, p50: 4, p90: 4 } },
    });
    expect(result.latencyMs.baseline).toMatchObject({ count: 96, lost: 0, p50: 10 });
    expect(result.latencyMs.bidirectional).toMatchObject({ count: 70, p50: 120 });
    expect(result.addedLatencyMs.download).toEqual({
      p50: 90,
      p95: 90,
      p99: 90,
      interval: { low: 89, high: 91 },
      grades: { best: 'C', worst: 'C' },
    });
  });

  it('shows every signal side by side', () => {
    const { latencyMs } = analyse(recording()).signal;
    expect(latencyMs.udp?.download.p50).toBe(100);
    expect(latencyMs.websocket?.download.p50).toBe(101);
    expect(latencyMs['tcp-info']).toMatchObject({ download: { p50: 99 }, bidirectional: { p50: 119 } });
  });

  it('counts a sample in the phase in which it was sent, whenever its reply came', () => {
    const sentInBaseline = probes((sentMs) => (sentMs < 5000 ? 7000 : 10));
    expect(analyse(recording({ probes: { udp: sentInBaseline } })).latencyMs).toMatchObject({
      baseline: { p50: 7000 },
      download: { max: 10 },
    });
  });

  it('counts lost probes beside the percentiles and censored ones in them', () => {
    const udp = probes((sentMs) => {
      if (sentMs === 12_000) return null;
      return sentMs === 13_000 ? { censoredMs: 3000 } : roundTrip(sentMs);
    });
    const { latencyMs, samples } = analyse(recording({ probes: { udp } }));
    expect(latencyMs.download).toMatchObject({ count: 199, lost: 1, max: 3000 });
    expect(samples.latency.find(({ sentMs }) => sentMs === 12_000)).toMatchObject({ rttMs: null, outcome: 'lost' });
  });

  it('adds nothing where load made latency lower', () => {
    const udp = probes((sentMs) => (sentMs < 5000 ? 12 : 10));
    const { addedLatencyMs, grade } = analyse(recording({ probes: { udp } }));
    expect(addedLatencyMs.upload).toMatchObject({ p50: 0, p95: 0, interval: { low: 0, high: 0 } });
    expect(grade.total).toBe('A+');
  });

  it('keeps what arrived in each interval, relative to the start', () => {
    const { bytes, inFlow } = analyse(recording()).samples;
    const downloads = bytes.filter(({ direction }) => direction === 'download');
    expect(downloads[0]).toEqual({ direction: 'download', atMs: 5100, intervalMs: 100, bytes: 250_000 });
    expect(downloads.reduce((sum, each) => sum + each.bytes, 0)).toBe(DOWN.at(-1)?.bytes);
    expect(inFlow[0]).toEqual({ atMs: 5100, rttMs: 99 });
  });

  it('makes nothing up when the test was stopped in the download', () => {
    const stopped = SPANS.slice(0, 2);
    const result = analyse(recording({ spans: stopped, endedAtMs: AT + 10_000 }));
    expect(resultSchema.parse(result)).toEqual(result);
    expect(result.grade).toEqual({ total: null, download: null, upload: null, bidirectional: null });
    expect(result.latencyMs.download).toMatchObject({ count: 0, p50: null });
    expect(result.addedLatencyMs.download).toMatchObject({ p50: null, interval: null, grades: null });
    expect(result.throughputMbps.download).toEqual({ mean: null, p50: null, p90: null });
  });
});

describe('the graded signal', () => {
  it('is the WebSocket where UDP is not there, with the reason', () => {
    const websocket = probes(roundTrip);
    const { signal } = analyse(recording({ probes: { websocket }, unavailable: { udp: 'blocked' } }));
    expect(signal.graded).toBe('websocket');
    expect(signal.unavailable).toEqual({ udp: 'blocked' });
  });

  it('is the WebSocket where no UDP probe was ever answered', () => {
    const udp = probes(() => ({ censoredMs: 3000 }));
    const { signal } = analyse(recording({ probes: { udp, websocket: probes(roundTrip) } }));
    expect(signal).toMatchObject({ graded: 'websocket', unavailable: { udp: 'no probe was answered' } });
    expect(signal.latencyMs.udp).toBeUndefined();
  });

  it('is the WebSocket where UDP falls silent for good, and the silence is a gap, not latency', () => {
    const udp = probes((sentMs) => (sentMs < 22_000 ? roundTrip(sentMs) : { censoredMs: 3000 }));
    const { signal, gaps, samples } = analyse(recording({ probes: { udp, websocket: probes(roundTrip) } }));
    expect(signal.graded).toBe('websocket');
    expect(signal.latencyMs.udp?.upload.count).toBe(0);
    expect(gaps).toEqual([{ signal: 'udp', fromMs: 22_000, toMs: 40_300, reason: 'replies ceased' }]);
    expect(samples.latency.filter((sample) => sample.signal === 'udp')).toHaveLength(440);
  });

  it('stays UDP when nothing else proves that the line was alive', () => {
    const silent = probes((sentMs) => (sentMs < 36_500 ? roundTrip(sentMs) : { censoredMs: 3000 }));
    const result = analyse(recording({ probes: { udp: silent, websocket: silent } }));
    expect(result.signal.graded).toBe('udp');
    expect(result.grade.bidirectional).toBe('F');
    expect(result.gaps).toEqual([]);
  });

  it('is in-flow TCP_INFO where probes cannot be had: no upload grade, and so none in total', () => {
    const unavailable = { udp: 'blocked', websocket: 'blocked' };
    const result = analyse(recording({ probes: {}, unavailable }));
    expect(result.signal.graded).toBe('tcp-info');
    expect(result.latencyMs.baseline).toMatchObject({ count: 1, p50: 9 });
    expect(result.grade).toEqual({ total: null, download: 'C', upload: null, bidirectional: 'C' });
  });

  it('is none where nothing worked', () => {
    const result = analyse(recording({ probes: {}, tcp: [] }));
    expect(result.signal).toEqual({
      graded: null,
      latencyMs: {},
      unavailable: {
        udp: 'no probe was answered',
        websocket: 'no probe was answered',
        'tcp-info': 'the server did not report TCP_INFO',
      },
    });
    expect(result.grade.total).toBeNull();
  });
});

describe('goodput of the downloads', () => {
  it('is what the kernel knows to be delivered, which does not stall behind a lost segment', () => {
    // The program's count lags by up to a second and a half from 18.5 s on, beyond what moving an edge can mend.
    const stalled = DOWN.map(({ atMs, bytes }) => {
      const lateMs = Math.min(Math.max(0, atMs - AT - 18_500), 1500);
      return { atMs, bytes: bytes - (lateMs * 2500) / 3 };
    });
    expect(analyse(recording({ download: stalled })).throughputMbps.download.mean).toBe(20);
    const alone = analyse(recording({ download: stalled, tcp: [] })).throughputMbps.download.mean;
    expect(alone).not.toBe(20);
  });

  it('is not read off the line from the last report of a download to the first of the next', () => {
    const rare = tcp().filter(({ atMs }) => {
      const loaded = atMs < AT + 20_000 || atMs > AT + 36_000;
      return loaded && (atMs - AT) % 1300 === 0;
    });
    expect(rare.filter(({ atMs }) => atMs > AT + 10_000 && atMs < AT + 20_000).length).toBeGreaterThan(5);
    expect(analyse(recording({ tcp: rare })).throughputMbps.download.mean).toBe(20);
  });

  it("is the program's own count where the two disagree", () => {
    const half = tcp(DOWN.map(({ atMs, bytes }) => ({ atMs, bytes: bytes / 2 })));
    expect(analyse(recording({ tcp: half })).throughputMbps.download.mean).toBe(20);
  });
});
