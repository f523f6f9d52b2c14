import { type ReadonlySignal, type Signal, useComputed } from '@preact/signals';
import { MarkSign } from './mark-sign.tsx';
import type { ChartSpec } from './spec.ts';

interface LegendProps<Data> {
  readonly spec: ChartSpec<Data>;
  readonly data: ReadonlySignal<Data>;
  /** The names of the series that are not drawn, joined by commas: a text changes only when they do. */
  readonly hidden: ReadonlySignal<string>;
  /** What the person chose to see or not. */
  readonly choices: Signal<ReadonlyMap<string, boolean>>;
}

/** What the marks are; a press hides or shows a series. Redrawn only when a series appears, not with every point. */
export function Legend<Data>({ spec, data, hidden, choices }: LegendProps<Data>) {
  const shown = useComputed(() =>
    spec.series
      .filter(({ name }) => spec.has(data.value, name))
      .map(({ name }) => name)
      .join(),
  );
  const signs = useComputed(() =>
    spec
      .signs(data.value)
      .map(({ name, label }) => `${name}:${label}`)
      .join(),
  );
  const isHidden = (name: string) => hidden.value.split(',').includes(name);
  const toggle = (name: string) => {
    choices.value = new Map(choices.value).set(name, isHidden(name));
  };
  return (
    <ul class="legend">
      {spec.series.map(
        ({ name, label, keyClass, mark }) =>
          shown.value.split(',').includes(name) && (
            <li key={name}>
              <button
                type="button"
                class={`key ${keyClass}`}
                aria-pressed={!isHidden(name)}
                onClick={() => toggle(name)}
              >
                {mark !== undefined && <MarkSign index={mark} />}
                <span class="key-label">{label}</span>
              </button>
            </li>
          ),
      )}
      {signs.value !== '' &&
        signs.value.split(',').map((sign) => {
          const [name, label] = sign.split(':');
          return (
            <li class={`key key-${name ?? ''}`} key={name}>
              {label}
            </li>
          );
        })}
    </ul>
  );
}
