import { explain } from '@rowhouse/bufferbloat-engine';
import type { Direction, Result } from '@rowhouse/bufferbloat-protocol';
import { columns, mbps, ms } from './format.ts';

const SIGNALS = { udp: 'UDP probes', websocket: 'WebSocket probes', 'tcp-info': 'in-flow TCP_INFO' } as const;

/** The result for a person at a terminal. */
export function reportText(result: Result): string {
  const { grade, signal, latencyMs, confidence } = result;
  const { summary, activities, advice } = explain(result);
  const graded = signal.graded === null ? 'no signal worked' : `measured by ${SIGNALS[signal.graded]}`;
  const parts = [
    `Grade ${grade.total ?? '-'}   ${summary}`,
    columns([
      ['', 'grade', 'added p50', '95 % interval', 'p95', 'p99', 'lost', 'in-flow RTT', 'probe RTT', 'down', 'up'],
      row('download', result),
      row('upload', result),
      row('bidirectional', result),
    ]),
    `Idle latency ${ms(latencyMs.baseline.p50)}, ${graded}; server congestion control: ${result.server.congestionControl}.`,
    missing(result),
    [`Confidence: ${confidence.level}`, ...confidence.reasons.map(({ message }) => `  - ${message}`)].join('\n'),
    activities.map(({ id, verdict, text }) => `${id.padEnd(10)} ${verdict.padEnd(8)} ${text}`).join('\n'),
    [advice.headline, ...advice.steps.map((step, at) => `  ${at + 1}. ${step}`)].join('\n'),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function row(direction: Direction, result: Result): string[] {
  const { p50, p95, p99, interval } = result.addedLatencyMs[direction];
  const { lost, p50: probeMs } = result.latencyMs[direction];
  const inFlow = direction === 'upload' ? undefined : result.signal.latencyMs['tcp-info']?.[direction];
  const [downMbps, upMbps] = {
    download: [result.throughputMbps.download.mean, null],
    upload: [null, result.throughputMbps.upload.mean],
    bidirectional: [result.bidirectional.download.mean, result.bidirectional.upload.mean],
  }[direction] as [number | null, number | null];
  return [
    direction,
    result.grade[direction] ?? '-',
    ms(p50),
    interval === null ? '-' : `${interval.low.toFixed(1)} to ${interval.high.toFixed(1)}`,
    ms(p95),
    ms(p99),
    String(lost),
    ms(inFlow?.p50 ?? null),
    ms(probeMs),
    mbps(downMbps),
    mbps(upMbps),
  ];
}

function missing({ signal, gaps }: Result): string {
  const unavailable = Object.entries(signal.unavailable).map(([name, reason]) => `No ${name}: ${reason}.`);
  const gapLines = gaps.map(
    (gap) => `Gap: ${gap.signal} from ${seconds(gap.fromMs)} to ${seconds(gap.toMs)}: ${gap.reason}.`,
  );
  return [...unavailable, ...gapLines].join('\n');
}

function seconds(timeMs: number): string {
  return `${(timeMs / 1000).toFixed(1)} s`;
}
