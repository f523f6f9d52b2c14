import { describe, expect, it } from 'vitest';
import { analyse } from '../src/analyse.ts';
import { toCsv } from '../src/csv.ts';
import { probes, recording, roundTrip } from './recordings.ts';

describe('toCsv', () => {
  const result = analyse(
    recording({
      probes: { udp: probes((sentMs) => (sentMs === 12_000 ? null : roundTrip(sentMs))) },
      unavailable: { websocket: 'not wanted' },
      gaps: [{ signal: 'websocket', fromMs: 1, toMs: 4, reason: 'said "no",\r\nand left' }],
    }),
  );
  const csv = toCsv(result);
  const lines = csv.split('\r\n');

  it('is RFC 4180: a header, CRLF after every row, six fields in each, quotes doubled', () => {
    expect(lines[0]).toBe('kind,name,at_ms,value,unit,detail');
    expect(csv.endsWith('\r\n')).toBe(true);
    expect(csv).toContain('gap,websocket,1,3,ms,"said ""no"",\r\nand left"\r\n');
    const plain = lines.filter((line) => !line.includes('"') && line !== '' && line !== 'and left');
    expect(plain.every((line) => line.split(',').length === 6)).toBe(true);
  });

  it('carries every summary figure, phase and sample', () => {
    expect(lines).toContain('summary,grade.total,,C,,');
    expect(lines).toContain('summary,latency.download.p95,,100,ms,');
    expect(lines).toContain('summary,latency.download.lost,,1,probes,');
    expect(lines).toContain('summary,added.upload.p50,,50,ms,');
    expect(lines).toContain('summary,throughput.download.mean,,20,Mbit/s,');
    expect(lines).toContain('summary,bidirectional.upload.mean,,4,Mbit/s,');
    expect(lines.some((line) => line.startsWith('summary,reason.gap,,,,'))).toBe(true);
    expect(lines).toContain('phase,baseline,0,5000,ms,');
    expect(lines).toContain('latency,udp,0,10,ms,ok');
    expect(lines).toContain('in-flow,tcp-info,5100,99,ms,');
    expect(lines).toContain('bytes,download,5100,250000,bytes,over 100 ms');
    expect(lines.filter((line) => line.startsWith('latency,'))).toHaveLength(800);
  });

  it('leaves empty what was not measured', () => {
    expect(lines).toContain('latency,udp,12000,,ms,lost');
    expect(toCsv(analyse(recording({ probes: {}, tcp: [] })))).toContain('summary,added.download.low,,,ms,\r\n');
  });
});
