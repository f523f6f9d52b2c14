import type { HouseholdResult, UserResult } from '@rowhouse/bufferbloat-protocol';
import type { ComponentChildren } from 'preact';
import { colourNumber } from '../../../charts/marks.ts';
import { formatAdded, formatLoss, formatMs, formatRateOf, NOT_MEASURED } from '../../format.ts';
import { GradeHouse } from '../../result/house.tsx';
import { Row } from '../../result/row.tsx';
import { PersonHead } from '../people.tsx';
import { OwnData } from './own-data.tsx';
import { type Terms, termsOf } from './terms.ts';

const FLOWS = ['download', 'upload'] as const;
const NO_TERMS: Terms = { headline: { name: 'Nothing is known of the traffic', value: NOT_MEASURED }, rows: [] };

/** Everyone's figures side by side: the verdict in their own terms, the path, their data's lateness, what they got. */
export function Figures({ result }: { readonly result: HouseholdResult }) {
  const users = Object.values(result.users);
  return (
    <section aria-labelledby="figures">
      <h2 class="section-title" id="figures">
        In figures
      </h2>
      <p class="in-words figures-about">
        <strong>Path</strong> is the round trip of small probes on their way to the server that serves this person.{' '}
        <strong>Own data</strong> is how much later than on the quiet line this person’s data arrived, one way, counted
        from when the application wanted it to leave: the wait inside the sender is in it.
      </p>
      <ul class="people people-figures" data-count={users.length}>
        {users.map((user, index) => (
          <Card user={user} index={index} key={user.profile.id} />
        ))}
      </ul>
    </section>
  );
}

function Card({ user, index }: { readonly user: UserResult; readonly index: number }) {
  const terms = user.verdict === null ? NO_TERMS : termsOf(user.verdict);
  const { baseline, during } = user.latencyMs;
  return (
    <li class={`person user-${colourNumber(index)}`}>
      <PersonHead profile={user.profile} index={index} />
      <div class="person-verdict">
        <GradeHouse grade={user.grade.application} span={undefined} size="small" />
        <div>
          <p class="card-figure">{terms.headline.value}</p>
          <p class="person-unit">{terms.headline.name}</p>
        </div>
      </div>
      <dl class="rows person-terms">
        {terms.rows.map(({ name, value }) => (
          <Row name={name} key={name}>
            {value}
          </Row>
        ))}
        <Row name="Quality lost">{points(user.impact.qualityLost)}</Row>
      </dl>
      <Group title="Path" grade={user.grade.latency} span={user.addedLatencyMs.grades}>
        <dl class="rows">
          <Row name="Quiet, median">{formatMs(baseline.p50)}</Row>
          <Row name="Busy, median">{formatMs(during.p50)}</Row>
          <Row name="Busy, p95">{formatMs(during.p95)}</Row>
          <Row name="Busy, p99">{formatMs(during.p99)}</Row>
          <Row name="Added, median">{formatAdded(user.addedLatencyMs.p50)}</Row>
          <Row name="Probes lost">{formatLoss(during.lost, during.count)}</Row>
        </dl>
      </Group>
      <Group title="Own data, later by">
        <OwnData user={user} />
      </Group>
      <Group title="Goodput, of wanted">
        <dl class="rows">
          {FLOWS.map((flow) => (
            <Got user={user} flow={flow} key={flow} />
          ))}
        </dl>
      </Group>
      <Served user={user} />
    </li>
  );
}

interface GroupProps {
  readonly title: string;
  readonly grade?: UserResult['grade']['latency'];
  readonly span?: UserResult['addedLatencyMs']['grades'];
  readonly children: ComponentChildren;
}

function Group({ title, grade, span, children }: GroupProps) {
  return (
    <div class="person-group">
      <h4 class="person-group-title">
        {title}
        {grade !== undefined && <GradeTag grade={grade} span={span ?? null} />}
      </h4>
      {children}
    </div>
  );
}

function GradeTag({
  grade,
  span,
}: {
  readonly grade: UserResult['grade']['latency'];
  readonly span: UserResult['addedLatencyMs']['grades'];
}) {
  return <GradeHouse grade={grade} span={span} size="tag" />;
}

function Got({ user, flow }: { readonly user: UserResult; readonly flow: 'download' | 'upload' }) {
  const wanted = user.wantedMbps[flow];
  const delivered = user.deliveredMbps[flow];
  const share = wanted > 0 && delivered !== null ? Math.min(1, delivered / wanted) : 0;
  return (
    <div class="row row-share">
      <dt>{flow === 'download' ? 'Down' : 'Up'}</dt>
      <dd>{formatRateOf(delivered, wanted)}</dd>
      <span class="share-bar" aria-hidden="true">
        <span class="share-fill" style={{ width: `${(share * 100).toFixed(1)}%` }} />
      </span>
    </div>
  );
}

function points(lost: number | null): string {
  return lost === null ? NOT_MEASURED : `${Math.round(lost)} of 100`;
}

function Served({ user: { served } }: { readonly user: UserResult }) {
  if (served === null) return <p class="fine person-port">Never connected</p>;
  const again =
    served.reconnects === 0 ? '' : `, reconnected ${served.reconnects === 1 ? 'once' : `${served.reconnects} times`}`;
  return (
    <p class="fine person-port">
      {served.architecture === 'single_process'
        ? `Served by the main process, since its own was away${again}`
        : `Served by its own process on port ${served.port}${again}`}
    </p>
  );
}
