import type { Direction, Result } from '@rowhouse/bufferbloat-protocol';
import { formatAdded, formatLoss, formatMs, formatMsRange, formatRate } from '../format.ts';
import { BothIcon, DownIcon, UpIcon } from '../icons.tsx';
import { DIRECTION_NAMES, DIRECTIONS } from '../words.ts';
import { spanText } from './grades.ts';
import { GradeHouse } from './house.tsx';
import { Row } from './row.tsx';

const ICONS = { download: DownIcon, upload: UpIcon, bidirectional: BothIcon } as const;

/** The line at rest and its three loads, side by side: every figure that a grade stands on. */
export function Directions({ result }: { readonly result: Result }) {
  return (
    <section aria-labelledby="directions">
      <h2 class="section-title" id="directions">
        In figures
      </h2>
      <div class="cards">
        <Rest result={result} />
        {DIRECTIONS.map((direction) => (
          <Card result={result} direction={direction} key={direction} />
        ))}
      </div>
    </section>
  );
}

function Rest({ result }: { readonly result: Result }) {
  const rest = result.latencyMs.baseline;
  return (
    <article class="card card-rest">
      <h3 class="card-title">At rest</h3>
      <div class="card-head">
        <p class="card-figure">{formatMs(rest.p50)}</p>
      </div>
      <p class="card-note">Median round trip. What is added is counted from here.</p>
      <dl class="rows">
        <Row name="Fastest">{formatMs(rest.min)}</Row>
        <Row name="p95">{formatMs(rest.p95)}</Row>
        <Row name="p99">{formatMs(rest.p99)}</Row>
        <Row name="Probes lost">{formatLoss(rest.lost, rest.count)}</Row>
      </dl>
    </article>
  );
}

function Card({ result, direction }: { readonly result: Result; readonly direction: Direction }) {
  const added = result.addedLatencyMs[direction];
  const latency = result.latencyMs[direction];
  const Icon = ICONS[direction];
  const between = spanText(added.grades);
  return (
    <article class={`card card-${direction}`}>
      <h3 class="card-title">
        <Icon />
        {DIRECTION_NAMES[direction]}
      </h3>
      <div class="card-head">
        <GradeHouse grade={result.grade[direction]} span={added.grades} size="small" />
        <p class="card-figure">{added.p50 === null ? 'Not measured' : formatAdded(added.p50)}</p>
      </div>
      <p class="card-note">
        {added.p50 === null ? 'No sample in the graded window.' : 'Added latency, median.'}
        {added.interval !== null && (
          <>
            {' 95 % interval '}
            <span class="nowrap">{formatMsRange(added.interval.low, added.interval.high)}</span>
            {between !== undefined && ` (${between})`}.
          </>
        )}
      </p>
      <dl class="rows">
        <Row name="Added, p95">{formatAdded(added.p95)}</Row>
        <Row name="Added, p99">{formatAdded(added.p99)}</Row>
        <Row name="Round trip">{formatMs(latency.p50)}</Row>
        {direction !== 'upload' && (
          <Row name="In-flow round trip">{formatMs(result.signal.latencyMs['tcp-info']?.[direction].p50)}</Row>
        )}
        <Goodput result={result} direction={direction} />
        <Row name="Probes lost">{formatLoss(latency.lost, latency.count)}</Row>
      </dl>
    </article>
  );
}

function Goodput({ result, direction }: { readonly result: Result; readonly direction: Direction }) {
  if (direction !== 'bidirectional') {
    return <Row name="Throughput">{formatRate(result.throughputMbps[direction].mean)}</Row>;
  }
  return (
    <>
      <Row name="Throughput down">{formatRate(result.bidirectional.download.mean)}</Row>
      <Row name="Throughput up">{formatRate(result.bidirectional.upload.mean)}</Row>
    </>
  );
}
