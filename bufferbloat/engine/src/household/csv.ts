import type { HouseholdResult, UserResult } from '@rowhouse/bufferbloat-protocol';
import { csvTable, type Row, summary } from '../csv-table.ts';
import { FLOWS } from './rates.ts';

/**
 * A household's result as one table, one row a figure: `kind` is `summary`, `user`, `stream`, `phase`, `gap`, `adaptive`,
 * `latency`, `bytes` or `lateness`. What was not measured is an empty value.
 */
export function householdToCsv(result: HouseholdResult): string {
  return csvTable([
    ...householdRows(result),
    ...Object.entries(result.users).flatMap(([id, user]) => [...userRows(id, user), ...streamRows(id, user)]),
    ...spanRows(result),
    ...sampleRows(result),
  ]);
}

function householdRows(result: HouseholdResult): Row[] {
  const { fairness, stability, line, adaptive } = result.household;
  return [
    summary('id', result.id, ''),
    summary('started_at', result.startedAt, ''),
    summary('duration', result.durationMs, 'ms'),
    summary('grade.total', result.grade.total, ''),
    summary('grade.best', result.grade.range?.best ?? null, ''),
    summary('grade.worst', result.grade.range?.worst ?? null, ''),
    summary('score', result.score, 'points'),
    summary('fairness.jain', fairness.jain, ''),
    summary('fairness.lowest', fairness.lowest?.share ?? null, 'share'),
    summary('fairness.lowest.user', fairness.lowest?.userId ?? null, ''),
    summary('fairness.taken_by_bulk', fairness.takenByBulkMbps, 'Mbit/s'),
    summary('stability', stability, 'share'),
    ...FLOWS.flatMap((flow) => [
      summary(`line.${flow}.filled`, String(line.filled[flow]), ''),
      summary(`line.${flow}.goodput`, line.goodputMbps[flow], 'Mbit/s'),
      summary(`line.${flow}.rate`, line.rateMbps[flow], 'Mbit/s'),
    ]),
    summary('adaptive.end', adaptive.end, ''),
    summary('confidence', result.confidence.level, ''),
    ...result.confidence.reasons.map((reason): Row => ['summary', `reason.${reason.code}`, '', '', '', reason.message]),
  ];
}

function userRows(id: string, user: UserResult): Row[] {
  const row = (name: string, value: number | string | null, unit: string): Row => [
    'user',
    `${id}.${name}`,
    '',
    value,
    unit,
    '',
  ];
  const { interval, p50, p95, p99 } = user.addedLatencyMs;
  return [
    row('summary', user.summary, ''),
    row('grade.total', user.grade.total, ''),
    row('grade.latency', user.grade.latency, ''),
    row('grade.application', user.grade.application, ''),
    row('score', user.score, 'points'),
    row('signal', user.signal, ''),
    ...Object.entries(user.latencyMs).flatMap(([window, figures]) =>
      Object.entries(figures).map(([figure, value]) =>
        row(`latency.${window}.${figure}`, value, figure === 'count' || figure === 'lost' ? 'probes' : 'ms'),
      ),
    ),
    row('added.p50', p50, 'ms'),
    row('added.p95', p95, 'ms'),
    row('added.p99', p99, 'ms'),
    row('added.low', interval?.low ?? null, 'ms'),
    row('added.high', interval?.high ?? null, 'ms'),
    ...FLOWS.flatMap((flow) => [
      row(`wanted.${flow}`, user.wantedMbps[flow], 'Mbit/s'),
      row(`delivered.${flow}`, user.deliveredMbps[flow], 'Mbit/s'),
    ]),
    row('delivered.share', user.deliveredShare, 'share'),
    row('impact.quality_lost', user.impact.qualityLost, 'points'),
    ...figuresOf(user.verdict ?? {}, 'verdict').map(([name, value]) => row(name, value, '')),
  ];
}

/** Every figure of a verdict by its path in the result. */
function figuresOf(value: object, path: string): [string, string | number | null][] {
  return Object.entries(value).flatMap(([name, each]: [string, unknown]): [string, string | number | null][] => {
    const own = `${path}.${name}`;
    if (typeof each === 'object' && each !== null) return figuresOf(each, own);
    return [[own, typeof each === 'number' || typeof each === 'string' ? each : null]];
  });
}

function streamRows(id: string, { streams }: UserResult): Row[] {
  return streams.flatMap(({ stream, kind, flow, wantedMbps, deliveredMbps, messages, latenessMs, jitterMs }) => {
    const row = (name: string, value: number | null, unit: string): Row => [
      'stream',
      `${id}.${stream}.${name}`,
      '',
      value,
      unit,
      `${kind}, ${flow}`,
    ];
    return [
      row('wanted', wantedMbps, 'Mbit/s'),
      row('delivered', deliveredMbps, 'Mbit/s'),
      ...Object.entries(messages ?? {}).map(([name, value]) => row(name, value, 'messages')),
      row('lateness.p50', latenessMs?.p50 ?? null, 'ms'),
      row('lateness.p95', latenessMs?.p95 ?? null, 'ms'),
      row('lateness.p99', latenessMs?.p99 ?? null, 'ms'),
      row('jitter', jitterMs, 'ms'),
    ];
  });
}

function spanRows({ phases, gaps, household }: HouseholdResult): Row[] {
  return [
    ...phases.map(({ id, startMs, endMs }): Row => ['phase', id, startMs, endMs - startMs, 'ms', '']),
    ...gaps.map(
      ({ userId, what, fromMs, toMs, reason }): Row => [
        'gap',
        `${userId}.${what}`,
        fromMs,
        toMs - fromMs,
        'ms',
        reason,
      ],
    ),
    ...household.adaptive.steps.map(
      ({ userId, atMs, offeredMbps, arrivedMbps }): Row => [
        'adaptive',
        userId,
        atMs,
        arrivedMbps,
        'Mbit/s',
        `of ${offeredMbps} offered`,
      ],
    ),
  ];
}

function sampleRows({ samples }: HouseholdResult): Row[] {
  return [
    ...samples.latency.map(
      ({ userId, signal, sentMs, rttMs, outcome }): Row => [
        'latency',
        `${userId}.${signal}`,
        sentMs,
        rttMs,
        'ms',
        outcome,
      ],
    ),
    ...samples.bytes.map(
      ({ userId, flow, atMs, intervalMs, bytes }): Row => [
        'bytes',
        `${userId}.${flow}`,
        atMs,
        bytes,
        'bytes',
        `over ${intervalMs} ms`,
      ],
    ),
    ...samples.lateness.map(
      ({ userId, stream, atMs, p50, dropped, late }): Row => [
        'lateness',
        `${userId}.${stream}`,
        atMs,
        p50,
        'ms',
        `${dropped} dropped, ${late} late`,
      ],
    ),
  ];
}
