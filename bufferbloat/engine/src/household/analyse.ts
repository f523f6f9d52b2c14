import { type Grade, type HouseholdResult, RESULT_SCHEMA, type UserResult } from '@rowhouse/bufferbloat-protocol';
import { gradeOf, worstGrade } from '../grade.ts';
import { mean, rounded } from '../percentile.ts';
import { isUnitStream } from '../traffic/index.ts';
import { adaptiveOf } from './adaptive.ts';
import { householdConfidence } from './confidence.ts';
import { fairness, ratesOf } from './fairness.ts';
import type { Judged } from './judged.ts';
import { lineOf } from './line.ts';
import { type PathLatency, pathLatency } from './path-latency.ts';
import type { HouseholdRecording, UserRecording } from './recording.ts';
import { byteSamples, latencySamples, latenessSamples } from './samples.ts';
import { LATENCY_SCALE, scoreOn } from './scale.ts';
import { seenStreams } from './seen.ts';
import { type JudgedUnit, judgedUnits, streamResult } from './stream-result.ts';
import { summaryOf } from './summary.ts';
import { judge } from './verdict.ts';

interface Analysed {
  readonly user: UserRecording;
  readonly path: PathLatency;
  readonly result: UserResult;
  readonly units: readonly { readonly stream: number; readonly units: readonly JudgedUnit[] }[];
}

/** Turns what a runner recorded of a household into the result. Pure: the same recording gives the same result. */
export function analyseHousehold(recording: HouseholdRecording): HouseholdResult {
  const { startedAtMs, baseline, traffic } = recording;
  const users = recording.users.map((user) => analyseUser(user, recording));
  const results = users.map(({ result }) => result);
  const gaps = [...recording.gaps, ...users.flatMap(({ path }) => path.gaps)];
  const scores = results.map(({ score }) => score);
  const stabilities = users.map(({ path }) => path.stability);
  const span = (id: 'baseline' | 'household', { fromMs, toMs }: { fromMs: number; toMs: number }) => ({
    id,
    startMs: rounded(fromMs - startedAtMs),
    endMs: rounded(toMs - startedAtMs),
  });

  return {
    schema: RESULT_SCHEMA,
    id: recording.id,
    startedAt: new Date(startedAtMs).toISOString(),
    durationMs: rounded(recording.endedAtMs - startedAtMs),
    mode: 'household',
    grade: {
      total: worstGrade(results.map(({ grade }) => grade.total)),
      range: rangeOf(results.map(({ grade }) => grade.range)),
    },
    score: known(scores) ? rounded(mean(scores)) : null,
    users: Object.fromEntries(results.map((result) => [result.profile.id, result])),
    household: {
      fairness: fairness(
        results.map((result) => ({
          userId: result.profile.id,
          bulk: result.profile.verdict === 'bulk',
          wantedMbps: result.wantedMbps,
          deliveredMbps: result.deliveredMbps,
          deliveredShare: result.deliveredShare,
        })),
      ),
      stability: known(stabilities) ? rounded(Math.min(...stabilities)) : null,
      line: lineOf(recording),
      adaptive: adaptiveOf(recording),
    },
    confidence: householdConfidence(recording, users, gaps),
    server: recording.server,
    phases: [span('baseline', baseline), ...(traffic === undefined ? [] : [span('household', traffic)])],
    gaps: gaps.map((gap) => ({ ...gap, fromMs: rounded(gap.fromMs), toMs: rounded(gap.toMs) })),
    samples: {
      latency: users.flatMap(({ user, path }) => latencySamples(user.profile.id, path, startedAtMs)),
      bytes: users.flatMap(({ user }) => byteSamples(user, startedAtMs)),
      lateness: users.flatMap(({ user, units }) =>
        units.flatMap((each) =>
          latenessSamples(user.profile.id, each.stream, each.units, traffic?.fromMs ?? startedAtMs, startedAtMs),
        ),
      ),
    },
  };
}

function analyseUser(user: UserRecording, recording: HouseholdRecording): Analysed {
  const { profile, variant, served, reconnects } = user;
  const path = pathLatency(user, recording);
  const seen = seenStreams(user).map((stream) => ({ stream, units: judgedUnits(stream, user.baseOneWayMs) }));
  const streams = profile.streams.map((stream, index) =>
    streamResult(
      user,
      index,
      stream,
      isUnitStream(stream) ? seen.find((each) => each.stream.index === index) : undefined,
    ),
  );
  const judged = judge(
    user,
    seen.map(({ stream }) => stream),
  );
  const told = {
    profile,
    served: served && { ...served, reconnects },
    verdict: judged?.verdict ?? null,
    addedLatencyMs: path.added,
  };
  return {
    user,
    path,
    units: seen.map(({ stream, units }) => ({ stream: stream.index, units })),
    result: {
      ...told,
      variant,
      signal: path.signal,
      latencyMs: path.summaries,
      streams,
      ...ratesOf(streams),
      ...graded(path, judged),
      summary: summaryOf({ ...told, applicationScore: judged?.score }),
    },
  };
}

/** Grades, score and impact: the worse of latency and application; none if one of them is missing. */
function graded({ added }: PathLatency, judged: Judged | undefined): Pick<UserResult, 'grade' | 'score' | 'impact'> {
  const latency = added.p50 === null ? null : gradeOf(added.p50);
  const application = judged?.verdict.grade ?? null;
  const withLatency = (grade: Grade): Grade | null => worstGrade([grade, application]);
  const best = added.grades && withLatency(added.grades.best);
  const worst = added.grades && withLatency(added.grades.worst);
  return {
    grade: {
      latency,
      application,
      total: worstGrade([latency, application]),
      range: best === null || worst === null ? null : { best, worst },
    },
    score:
      added.p50 === null || judged === undefined
        ? null
        : tenths(Math.min(scoreOn(LATENCY_SCALE, added.p50), judged.score)),
    impact: {
      addedLatencyMs: added.p50,
      qualityLost: judged === undefined ? null : tenths(Math.max(0, judged.quietScore - judged.score)),
    },
  };
}

/** The household's range: the worst of the best ends, and the worst of the worst. */
function rangeOf(ranges: readonly UserResult['grade']['range'][]): HouseholdResult['grade']['range'] {
  const best = worstGrade(ranges.map((range) => range?.best ?? null));
  const worst = worstGrade(ranges.map((range) => range?.worst ?? null));
  return best === null || worst === null ? null : { best, worst };
}

/** Whether there are figures and none is missing, for the missing one may be the worst. */
function known(values: readonly (number | null)[]): values is readonly number[] {
  return values.length > 0 && values.every((value) => value !== null);
}

/** A score is no finer than that. */
function tenths(score: number): number {
  return Math.round(score * 10) / 10;
}
