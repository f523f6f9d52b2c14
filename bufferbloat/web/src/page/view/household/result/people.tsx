import type { HouseholdResult } from '@rowhouse/bufferbloat-protocol';
import { colourNumber } from '../../../charts/marks.tsx';
import { GradeHouse } from '../../result/house.tsx';
import { PersonHead } from '../people.tsx';

/** What happened to each person, in a sentence. */
export function People({ result }: { readonly result: HouseholdResult }) {
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
    </section>
  );
}
