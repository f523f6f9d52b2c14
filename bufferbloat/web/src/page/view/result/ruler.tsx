import { GRADE_BOUNDARIES_MS } from '@rowhouse/bufferbloat-engine';
import type { AddedLatency } from '@rowhouse/bufferbloat-protocol';
import type { ComponentChildren } from 'preact';
import { formatMs, formatMsRange } from '../format.ts';
import { gradeToken } from '../words.ts';
import { rulerPercent } from './ruler-scale.ts';

const css = (percent: number) => `${percent.toFixed(2)}%`;

/** One added latency on the ruler. */
export interface RulerRow {
  readonly id: string;
  /** Sets `--hue`. */
  readonly hueClass: string;
  readonly name: ComponentChildren;
  readonly added: AddedLatency;
}

/** Added latencies on one scale of grades, each with the interval in which the truth lies. */
export function Ruler({ rows }: { readonly rows: readonly RulerRow[] }) {
  return (
    <div class="ruler">
      <ul class="ruler-rows">
        {rows.map(({ id, hueClass, name, added: { p50, interval } }) => {
          if (p50 === null) return null;
          const at = rulerPercent(p50);
          const low = rulerPercent(interval?.low ?? p50);
          const high = rulerPercent(interval?.high ?? p50);
          return (
            <li class={`ruler-row ${hueClass}`} key={id}>
              <span class="ruler-name">{name}</span>
              <span class="ruler-figure">
                +{formatMs(Math.max(0, p50))}
                {interval !== null && (
                  <span class="visually-hidden">, {formatMsRange(interval.low, interval.high)}</span>
                )}
              </span>
              <span class="ruler-track" aria-hidden="true">
                {GRADE_BOUNDARIES_MS.slice(0, -1).map(([grade, belowMs]) => (
                  <span class="ruler-tick" style={{ left: css(rulerPercent(belowMs)) }} key={grade} />
                ))}
                <span class="ruler-interval" style={{ left: css(low), width: css(Math.max(0, high - low)) }} />
                <span class="ruler-dot" style={{ left: css(at) }} />
              </span>
            </li>
          );
        })}
      </ul>
      <div class="ruler-scale" aria-hidden="true">
        {GRADE_BOUNDARIES_MS.map(([grade, belowMs], index) => {
          const from = rulerPercent(GRADE_BOUNDARIES_MS[index - 1]?.[1] ?? 0);
          const to = rulerPercent(belowMs);
          return (
            <span
              class={`ruler-grade grade-${gradeToken(grade)}`}
              style={{ left: css(from), width: css(to - from) }}
              key={grade}
            >
              {grade}
              {Number.isFinite(belowMs) && <span class="ruler-bound">{belowMs}</span>}
            </span>
          );
        })}
      </div>
      <p class="ruler-caption">
        Added latency in milliseconds, logarithmic. The bar around a dot is its 95 % interval.
      </p>
    </div>
  );
}
