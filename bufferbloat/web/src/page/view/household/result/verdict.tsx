import type { HouseholdResult, UserResult } from '@rowhouse/bufferbloat-protocol';
import type { RefObject } from 'preact';
import { MarkSign } from '../../../charts/mark-sign.tsx';
import { colourNumber } from '../../../charts/marks.ts';
import { formatDate } from '../../format.ts';
import { spanText } from '../../result/grades.ts';
import { GradeHouse } from '../../result/house.tsx';
import { Ruler } from '../../result/ruler.tsx';
import { ConfidenceMark } from '../../result/trust.tsx';
import { GRADE_WORDS, gradeSpoken } from '../../words.ts';
import { HOUSEHOLD_MEANING } from './words.ts';

interface VerdictProps {
  readonly result: HouseholdResult;
  readonly heading: RefObject<HTMLHeadingElement | null>;
}

/** The answer: the household's grade, its score, and everyone's added latency on one scale. */
export function HouseholdVerdict({ result, heading }: VerdictProps) {
  const { total } = result.grade;
  const users = Object.values(result.users);
  const { range } = result.grade;
  const between = spanText(range) === undefined ? null : range;
  return (
    <section class="verdict" aria-labelledby="verdict">
      <div class="verdict-grade">
        <GradeHouse grade={total} span={range} size="large" />
        <div class="verdict-title">
          <p class="eyebrow">Your household, everyone at once</p>
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
          <p class="lede">{sentence(result, users)}</p>
          {between && (
            <p class="verdict-between">
              Close to a boundary: the truth lies between <strong>{between.best}</strong> and{' '}
              <strong>{between.worst}</strong>.
            </p>
          )}
          <p class="verdict-facts">
            {result.score !== null && (
              <span class="verdict-score">
                Score <strong>{Math.round(result.score)}</strong> of 100
              </span>
            )}
            <ConfidenceMark level={result.confidence.level} />
            <span class="verdict-date">{formatDate(result.startedAt)}</span>
          </p>
        </div>
      </div>
      <Ruler
        rows={users.map(({ profile, addedLatencyMs }, index) => ({
          id: profile.id,
          hueClass: `user-${colourNumber(index)}`,
          name: (
            <>
              <MarkSign index={index} /> {profile.name}
            </>
          ),
          added: addedLatencyMs,
        }))}
      />
    </section>
  );
}

/** What the grade means, and on whom it stands. */
function sentence({ grade: { total } }: HouseholdResult, users: readonly UserResult[]): string {
  if (total === null) return 'Somebody could not be measured, so there is no grade for the whole household.';
  const worst = users.filter(({ grade }) => grade.total === total).map(({ profile }) => profile.name);
  if (worst.length === users.length) return HOUSEHOLD_MEANING[total];
  return `${HOUSEHOLD_MEANING[total]} It stands on ${listOf(worst)}, who fared worst.`;
}

function listOf(names: readonly string[]): string {
  return new Intl.ListFormat('en', { type: 'conjunction' }).format(names);
}
