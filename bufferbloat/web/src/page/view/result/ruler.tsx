import { GRADE_BOUNDARIES_MS } from '@rowhouse/bufferbloat-engine';
import type { Result } from '@rowhouse/bufferbloat-protocol';
import { formatMs, formatMsRange } from '../format.ts';
import { rulerPercent } from './ruler-scale.ts';
import { DIRECTION_NAMES, DIRECTIONS, gradeToken } from '../words.ts';

const css = (percent: number) => `${percent.toFixed(2)}%`;

/** The three directions on one scale of grades, each with the interval in which the truth lies. */
export function Ruler({ result }: { readonly result: Result }) {
  return (
    <div class="ruler">
      <ul class="ruler-rows">
        {DIRECTIONS.map((direction) => {
          const { p50, interval } = result.addedLatencyMs[direction];
          if (p50 === null) return null;
          const at = rulerPercent(p50);
          const low = rulerPercent(interval?.low ?? p50);
          const high = rulerPercent(interval?.high ?? p50);
          return (
            <li class={`ruler-row ruler-${direction}`} key={direction}>
              <span class="ruler-name">{DIRECTION_NAMES[direction]}</span>
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
