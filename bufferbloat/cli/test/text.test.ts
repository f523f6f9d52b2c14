import { analyse, type Recording } from '@rowhouse/bufferbloat-engine';
import { describe, expect, it } from 'vitest';
import { columns, mbps, ms } from '../src/format.ts';
import { progressLine } from '../src/progress-line.ts';
import { reportText } from '../src/report.ts';

describe('figures', () => {
  it('have as many decimals as they deserve, and a dash where nothing was measured', () => {
    expect([0.53, 9.94, 12.3, 291.4, null].map((value) => ms(value))).toEqual([
      '0.5 ms',
      '9.9 ms',
      '12 ms',
      '291 ms',
      '-',
    ]);
    expect([1.234, 19.06, 480.4, null].map((value) => mbps(value))).toEqual([
      '1.23 Mbit/s',
      '19.1 Mbit/s',
      '480 Mbit/s',
      '-',
    ]);
  });

  it('stand in columns', () => {
    expect(
      columns([
        ['', 'p50'],
        ['download', '9 ms'],
        ['up', '120 ms'],
      ]),
    ).toBe('             p50\ndownload    9 ms\nup        120 ms');
  });
});

describe('the progress line', () => {
  const progress = {
    phase: 'download' as const,
    draining: false,
    elapsedMs: 20_400,
    totalMs: 40_000,
    latencyMs: 31.2,
    downloadMbps: 19.1,
    uploadMbps: 0,
  };

  it('tells phase, time, latency and rate', () => {
    expect(progressLine(progress)).toBe('[##########..........]  20/40 s  download  31 ms  down 19.1 Mbit/s');
  });

  it('tells of a drain and of the end, and makes nothing up before the first reply', () => {
    expect(progressLine({ ...progress, draining: true })).toContain('waiting for the queue to drain');
    const end = progressLine({ ...progress, phase: null, latencyMs: undefined, downloadMbps: 0, uploadMbps: 4 });
    expect(end).toBe('[##########..........]  20/40 s  waiting for the last replies  up 4.00 Mbit/s');
  });
});

describe('the report', () => {
  const recording: Recording = {
    id: 'x',
    startedAtMs: 1_700_000_000_000,
    endedAtMs: 1_700_000_001_000,
    spans: [],
    probes: {},
    unavailable: { udp: 'blocked' },
    download: [],
    upload: [],
    tcp: [],
    server: { congestionControl: 'cubic', tcpInfo: true },
    gaps: [{ signal: 'websocket', fromMs: 100, toMs: 900, reason: 'the connection was lost' }],
    conditions: { hiddenMs: 0, clientLateMs: [], serverLoopDelayMs: [], drainTimedOut: [] },
  };

  it('shows dashes, gaps and reasons where nothing could be measured', () => {
    const text = reportText(analyse(recording));
    expect(text).toContain('Grade -');
    expect(text).toContain('no signal worked');
    expect(text).toContain('No udp: blocked.');
    expect(text).toContain('Gap: websocket from 0.1 s to 0.9 s: the connection was lost.');
    expect(text).toContain('Confidence: low');
    expect(text).not.toMatch(/NaN|undefined|null/);
  });
});
