import { type ReadonlySignal, useComputed, useSignal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import { Legend } from './legend.tsx';
import { mountPlots } from './mount.ts';
import type { TimelineSpec } from './spec.ts';

interface TimelineProps<Data> {
  readonly spec: TimelineSpec<Data>;
  /** Every change is drawn: whoever makes it sees to it that it does not change too often. */
  readonly data: ReadonlySignal<Data>;
  /** What the charts show, in words, for whoever cannot see them. */
  readonly description: string;
}

/** Charts one below the other on one time axis, with the phases shaded behind all. */
export function Timeline<Data>({ spec, data, description }: TimelineProps<Data>) {
  const root = useRef<HTMLDivElement>(null);
  const id = useId();
  const choices = useSignal<ReadonlyMap<string, boolean>>(new Map());
  const hidden = useComputed(() =>
    spec.charts
      .flatMap(({ series }) => series.map(({ name }) => name))
      .filter((name) => !(choices.value.get(name) ?? spec.shownAtFirst(data.value, name)))
      .join(),
  );

  useEffect(
    () => (root.current === null ? undefined : mountPlots(spec, data, hidden, root.current)),
    [spec, data, hidden],
  );

  return (
    <div class="timeline" ref={root}>
      {spec.charts.map((chart, index) => (
        <figure class="chart" aria-labelledby={`${id}-${chart.name}`} key={chart.name}>
          <figcaption class="chart-head">
            <span class="chart-title" id={`${id}-${chart.name}`}>
              {chart.title} <span class="chart-unit">{chart.unit}</span>
            </span>
            {chart.legend && <Legend spec={chart} data={data} hidden={hidden} choices={choices} />}
            <p class="chart-readout" aria-hidden="true" />
          </figcaption>
          <div
            class="chart-plot"
            role="img"
            aria-label={
              index === 0 ? description : `${chart.title} over the same time; described with the first chart.`
            }
          />
        </figure>
      ))}
    </div>
  );
}
