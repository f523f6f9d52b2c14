import type { UserActivity, UserLive } from '../../run/household/state.ts';
import { colourNumber } from '../../charts/marks.ts';
import { durationFigure, type Figure, rateFigure } from '../format.ts';
import { DotIcon, TroubleIcon } from '../icons.tsx';
import { gradeToken } from '../words.ts';
import { gradeOf } from '@rowhouse/bufferbloat-engine';
import { PersonHead } from './people.tsx';
import { rulerPercent } from '../result/ruler-scale.ts';

const ACTIVITY_WORDS: Readonly<Record<UserActivity, string>> = {
  waiting: 'Waiting',
  connecting: 'Connecting…',
  baseline: 'Keeping quiet, to know the line at rest',
  active: 'Online',
  reconnecting: 'Reconnecting…',
  ended: 'Done',
};

/** Nothing for now, as wide as the figures around it: most of the time a film loads nothing. */
const ZERO = '0.00';

/** One user while the test runs: who, the latency and rates of this moment, and what a person should know. */
export function UserCard({ user, index }: { readonly user: UserLive; readonly index: number }) {
  const { profile, activity, latencyMs, addedMs, downloadMbps, uploadMbps, note, served } = user;
  const trouble = activity === 'reconnecting' || (activity === 'active' && note !== undefined);
  const standIn = activity === 'active' && served?.architecture === 'single_process';
  return (
    <li class={`person user-${colourNumber(index)}${trouble ? ' person-trouble' : ''}`}>
      <PersonHead profile={profile} index={index} />
      <dl class="person-figures">
        <div class="person-latency">
          <dt>Latency</dt>
          <dd>
            <Value figure={latencyMs === undefined ? undefined : durationFigure(latencyMs)} />
          </dd>
        </div>
        <div class="person-added">
          <dt>Added</dt>
          <dd>
            <Value figure={addedMs === undefined ? undefined : durationFigure(Math.max(0, addedMs))} />
          </dd>
        </div>
        <AddedBar addedMs={addedMs} />
        <div class="person-rate">
          <dt>Download</dt>
          <dd>
            <Value figure={downloadMbps === undefined ? undefined : rateFigure(downloadMbps)} />
          </dd>
        </div>
        <div class="person-rate">
          <dt>Upload</dt>
          <dd>
            <Value figure={uploadMbps === undefined ? undefined : rateFigure(uploadMbps)} />
          </dd>
        </div>
      </dl>
      <p class="person-note">
        {trouble ? <TroubleIcon /> : <DotIcon />}
        <span>
          {note ?? (standIn ? `${ACTIVITY_WORDS[activity]}, served by the main process` : ACTIVITY_WORDS[activity])}
        </span>
      </p>
    </li>
  );
}

/** The added latency on the scale of the grades, as on the page of the result. */
function AddedBar({ addedMs }: { readonly addedMs: number | undefined }) {
  const grade = addedMs === undefined ? undefined : gradeOf(Math.max(0, addedMs));
  return (
    <div class="person-bar" aria-hidden="true">
      {grade !== undefined && addedMs !== undefined && (
        <span
          class={`person-bar-fill grade-${gradeToken(grade)}`}
          style={{ width: `${rulerPercent(addedMs).toFixed(1)}%` }}
        />
      )}
    </div>
  );
}

function Value({ figure }: { readonly figure: Figure | undefined }) {
  if (figure === undefined) {
    return (
      <>
        <span aria-hidden="true">–</span>
        <span class="visually-hidden">nothing now</span>
      </>
    );
  }
  return (
    <>
      <span class="person-value">{figure.value === '0' ? ZERO : figure.value}</span>{' '}
      <span class="person-unit">{figure.unit}</span>
    </>
  );
}
