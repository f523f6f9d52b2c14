import type { ReadonlySignal } from '@preact/signals';
import type { UserProfile } from '@rowhouse/bufferbloat-protocol';
import type { HouseholdState } from '../../run/household/state.ts';
import { colourNumber } from '../../charts/marks.ts';
import { formatRate } from '../format.ts';
import { PersonHead } from './people.tsx';

/** How many floors stand there while nobody knows who lives in the house. */
const USUAL_FLOORS = [0, 1, 2, 3];

interface HousePlanProps {
  readonly state: ReadonlySignal<HouseholdState>;
  readonly onRetry: () => void;
}

/** The house cut open, a floor each user: who lives there and how much of the line they want. */
export function HousePlan({ state, onRetry }: HousePlanProps) {
  const { users, profilesError } = state.value;
  return (
    <section class="house" aria-labelledby="house">
      <h2 class="visually-hidden" id="house">
        Who is at home
      </h2>
      <div class="house-roof" aria-hidden="true" />
      {users.length > 0 ? (
        <ul class="house-floors">
          {users.map(({ profile }, index) => (
            <Floor profile={profile} index={index} key={profile.id} />
          ))}
        </ul>
      ) : profilesError === undefined ? (
        <>
          <p class="visually-hidden" role="status">
            Asking the server who is at home…
          </p>
          <ul class="house-floors" aria-hidden="true">
            {USUAL_FLOORS.map((floor) => (
              <li class="floor floor-empty" key={floor} />
            ))}
          </ul>
        </>
      ) : (
        <div class="house-failed" role="alert">
          <p class="house-failed-title">Nobody is at home</p>
          <p>{profilesError.message}</p>
          <div class="actions">
            <button type="button" class="button" onClick={onRetry}>
              Ask again
            </button>
            <p class="fine">
              For support: <code>{profilesError.code}</code>
            </p>
          </div>
        </div>
      )}
    </section>
  );
}

function Floor({ profile, index }: { readonly profile: UserProfile; readonly index: number }) {
  return (
    <li class={`floor user-${colourNumber(index)}`}>
      <PersonHead profile={profile} index={index} />
      <dl class="floor-rates">
        <div>
          <dt>
            <span aria-hidden="true">↓</span>
            <span class="visually-hidden">Download</span>
          </dt>
          <dd>{formatRate(profile.downloadMbps)}</dd>
        </div>
        <div>
          <dt>
            <span aria-hidden="true">↑</span>
            <span class="visually-hidden">Upload</span>
          </dt>
          <dd>{formatRate(profile.uploadMbps)}</dd>
        </div>
      </dl>
    </li>
  );
}
