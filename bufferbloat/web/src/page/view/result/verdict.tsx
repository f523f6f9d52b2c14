import type { Result } from '@rowhouse/bufferbloat-protocol';
import type { RefObject } from 'preact';
import { formatDate, formatMs } from '../format.ts';
import { DIRECTION_DURING, DIRECTION_NAMES, DIRECTIONS, GRADE_MEANING, GRADE_WORDS, gradeSpoken } from '../words.ts';
import { decidingDirection, spanText, totalSpan } from './grades.ts';
import { GradeHouse } from './house.tsx';
import { Ruler } from './ruler.tsx';
import { ConfidenceMark } from './trust.tsx';

interface VerdictProps {
  readonly result: Result;
  readonly heading: RefObject<HTMLHeadingElement | null>;
}

/** The answer: the total grade, what it stands on, and the three directions on one scale. */
export function Verdict({ result, heading }: VerdictProps) {
  const { total } = result.grade;
  const span = totalSpan(result);
  const between = spanText(span);
  return (
    <section class="verdict" aria-labelledby="verdict">
      <div class="verdict-grade">
        <GradeHouse grade={total} span={span} size="large" />
        <div class="verdict-title">
          <p class="eyebrow">Your line under load</p>
          <h1 class="display" id="verdict" tabIndex={-1} ref={heading}>
            {total === null ? (
              'No total grade'
            ) : (
              <>
                <span class="visually-hidden">Grade {gradeSpoken(total)}: </span>
                {GRADE_WORDS[total]}
              </>
            )}
          </h1>
        </div>
        <div class="verdict-words">
          <p class="lede">{sentence(result)}</p>
          {between !== undefined && span && (
            <p class="verdict-between">
              Close to a boundary: the truth lies between <strong>{span.best}</strong> and <strong>{span.worst}</strong>
              .
            </p>
          )}
          <p class="verdict-facts">
            <ConfidenceMark level={result.confidence.level} />
            <span class="verdict-date">{formatDate(result.startedAt)}</span>
          </p>
        </div>
      </div>
      <Ruler
        rows={DIRECTIONS.map((direction) => ({
          id: direction,
          hueClass: `ruler-${direction}`,
          name: DIRECTION_NAMES[direction],
          added: result.addedLatencyMs[direction],
        }))}
      />
    </section>
  );
}

function sentence(result: Result): string {
  const { total } = result.grade;
  if (total === null) return 'One of the directions could not be measured, so there is no grade for the whole.';
  const direction = decidingDirection(result);
  const addedMs = direction === undefined ? null : result.addedLatencyMs[direction].p50;
  if (direction === undefined || addedMs === null) return GRADE_MEANING[total];
  if (addedMs <= 0) return `${GRADE_MEANING[total]} No added latency was found.`;
  return `${GRADE_MEANING[total]} Worst ${DIRECTION_DURING[direction]}: ${formatMs(addedMs).replace(' ', '\u00a0')} added.`;
}
