import type { HouseholdExplanation } from '@rowhouse/bufferbloat-engine';
import type { HouseholdResult } from '@rowhouse/bufferbloat-protocol';
import { colourNumber } from '../../../charts/marks.ts';
import { AdviceView } from '../../result/advice.tsx';
import { GradeHouse } from '../../result/house.tsx';
import { PersonHead } from '../people.tsx';

interface PeopleProps {
  readonly result: HouseholdResult;
  readonly advice: HouseholdExplanation['advice'];
}

/** What happened to each person, in a sentence, and what to do about it. */
export function People({ result, advice }: PeopleProps) {
  return (
    <section class="panel" aria-labelledby="people">
      <h2 class="section-title" id="people">
        What happened to everyone
      </h2>
      <ul class="stories">
        {Object.values(result.users).map((user, index) => (
          <li class={`story user-${colourNumber(index)}`} key={user.profile.id}>
            <GradeHouse grade={user.grade.total} span={user.grade.range} size="small" />
            <div class="story-words">
              <PersonHead profile={user.profile} index={index} />
              <p class="story-text">{user.summary}</p>
            </div>
          </li>
        ))}
      </ul>
      <AdviceView advice={advice} />
    </section>
  );
}
