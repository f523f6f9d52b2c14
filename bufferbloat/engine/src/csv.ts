import type { Result } from '@rowhouse/bufferbloat-protocol';
import { csvTable, type Row, summary } from './csv-table.ts';

/**
 * The result as one table, one row a figure, so that a spreadsheet can filter it: `kind` is `summary`, `phase`, `gap`,
 * `latency`, `bytes` or `in-flow`.
 */
export function toCsv(result: Result): string {
  return csvTable([...summaryRows(result), ...phaseRows(result), ...sampleRows(result)]);
}

function summaryRows(result: Result): Row[] {
  const grades = Object.entries(result.grade).map(([name, grade]): Row => summary(`grade.${name}`, grade, ''));
  const latency = Object.entries(result.latencyMs).flatMap(([name, figures]) =>
    Object.entries(figures).map(([figure, value]) =>
      summary(`latency.${name}.${figure}`, value, figure === 'count' || figure === 'lost' ? 'probes' : 'ms'),
    ),
  );
  const added = Object.entries(result.addedLatencyMs).flatMap(([name, { p50, p95, p99, interval }]) => [
    summary(`added.${name}.p50`, p50, 'ms'),
    summary(`added.${name}.p95`, p95, 'ms'),
    summary(`added.${name}.p99`, p99, 'ms'),
    summary(`added.${name}.low`, interval?.low ?? null, 'ms'),
    summary(`added.${name}.high`, interval?.high ?? null, 'ms'),
  ]);
  const rates = { throughput: result.throughputMbps, bidirectional: result.bidirectional };
  const throughput = Object.entries(rates).flatMap(([name, directions]) =>
    Object.entries(directions).flatMap(([direction, figures]) =>
      Object.entries(figures).map(([figure, value]) => summary(`${name}.${direction}.${figure}`, value, 'Mbit/s')),
    ),
  );
  return [
    summary('id', result.id, ''),
    summary('started_at', result.startedAt, ''),
    summary('duration', result.durationMs, 'ms'),
    ...grades,
    summary('signal', result.signal.graded, ''),
    summary('confidence', result.confidence.level, ''),
    ...result.confidence.reasons.map((reason): Row => ['summary', `reason.${reason.code}`, '', '', '', reason.message]),
    ...latency,
    ...added,
    ...throughput,
  ];
}

function phaseRows({ phases, gaps }: Result): Row[] {
  return [
    ...phases.map(({ id, startMs, endMs }): Row => ['phase', id, startMs, endMs - startMs, 'ms', '']),
    ...gaps.map((gap): Row => ['gap', gap.signal, gap.fromMs, gap.toMs - gap.fromMs, 'ms', gap.reason]),
  ];
}

function sampleRows({ samples }: Result): Row[] {
  return [
    ...samples.latency.map(
      ({ signal, sentMs, rttMs, outcome }): Row => ['latency', signal, sentMs, rttMs, 'ms', outcome],
    ),
    ...samples.bytes.map(
      ({ direction, atMs, intervalMs, bytes }): Row => [
        'bytes',
        direction,
        atMs,
        bytes,
        'bytes',
        `over ${intervalMs} ms`,
      ],
    ),
    ...samples.inFlow.map(({ atMs, rttMs }): Row => ['in-flow', 'tcp-info', atMs, rttMs, 'ms', '']),
  ];
}
