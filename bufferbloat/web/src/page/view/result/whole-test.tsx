import type { ReadonlySignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { TimelineSpec } from '../../charts/spec.ts';
import { Timeline } from '../../charts/timeline.tsx';

interface WholeTestProps<Data> {
  readonly spec: TimelineSpec<Data>;
  readonly data: ReadonlySignal<Data>;
  readonly description: string;
  /** The same as a table. */
  readonly children: ComponentChildren;
}

/** Everything that was measured: as charts, in words and as a table. */
export function WholeTest<Data>({ spec, data, description, children }: WholeTestProps<Data>) {
  return (
    <section class="panel" aria-labelledby="charts">
      <h2 class="section-title" id="charts">
        The whole test
      </h2>
      <Timeline spec={spec} data={data} description={description} />
      <p class="in-words">{description}</p>
      {children}
    </section>
  );
}
