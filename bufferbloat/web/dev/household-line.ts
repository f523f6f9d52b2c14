import { gradeOf, summarise, worstGrade } from '@rowhouse/bufferbloat-engine';
import {
  type Confidence,
  type Grade,
  HOUSEHOLD_PROFILES,
  type HouseholdResult,
  type UserGap,
  type UserProfile,
  type UserResult,
  type Verdict,
} from '@rowhouse/bufferbloat-protocol';
import { CAMERA } from './camera.ts';
import { randomOf } from './line.ts';

/** A made-up line and what a household felt on it: what the fixtures of the page are simulated on. Milliseconds and Mbit/s. */
export interface HouseholdLine {
  readonly restMs: number;
  /** What everyone at once adds, by the worst user; a fair line holds it back from all but the bulk user. */
  readonly queueMs: number;
  readonly downMbps: number;
  readonly upMbps: number;
  readonly loss: number;
  readonly fair: boolean;
  readonly users: readonly UserProfile[];
  readonly gaps: readonly UserGap[];
  readonly singleProcess: readonly string[];
  readonly confidence: Confidence;
  /** Half width of the interval of added latency, as a share of it. */
  readonly uncertainty: number;
}

const SURE: Confidence = { level: 'high', reasons: [] };

const GOOD: HouseholdLine = {
  restMs: 9.2,
  queueMs: 2.4,
  downMbps: 940,
  upMbps: 480,
  loss: 0,
  fair: true,
  users: HOUSEHOLD_PROFILES,
  gaps: [],
  singleProcess: [],
  confidence: SURE,
  uncertainty: 0.08,
};

const RESTARTED: UserGap[] = [
  { userId: 'jake', what: 'traffic', fromMs: 31_200, toMs: 33_450, reason: 'Its server process was restarted' },
  { userId: 'jake', what: 'probes', fromMs: 31_200, toMs: 33_600, reason: 'Its server process was restarted' },
];

export const HOUSEHOLD_LINES = {
  good: GOOD,
  mixed: { ...GOOD, restMs: 21.4, queueMs: 74, downMbps: 92, upMbps: 11, loss: 0.003, fair: false },
  bad: { ...GOOD, restMs: 17.8, queueMs: 640, downMbps: 18.6, upMbps: 1.9, loss: 0.02, fair: false },
  five: { ...GOOD, restMs: 14.1, queueMs: 38, downMbps: 240, upMbps: 22, users: [...HOUSEHOLD_PROFILES, CAMERA] },
  gap: {
    ...GOOD,
    restMs: 16.3,
    queueMs: 41,
    downMbps: 110,
    upMbps: 34,
    gaps: RESTARTED,
    singleProcess: ['jake'],
    confidence: {
      level: 'medium',
      reasons: [{ code: 'gap', message: 'Jake could not be measured for 2.4 s: its server process was restarted.' }],
    },
  },
  boundary: {
    ...GOOD,
    restMs: 19.6,
    queueMs: 60.4,
    downMbps: 88,
    upMbps: 17,
    uncertainty: 0.16,
    confidence: {
      level: 'medium',
      reasons: [
        {
          code: 'near-boundary',
          message: 'The grade of Alex may be anything from B to C: the line is near a boundary.',
        },
        { code: 'tab-hidden', message: 'The page was hidden for 1.8 s; browsers slow hidden pages down.' },
      ],
    },
  },
} as const satisfies Record<string, HouseholdLine>;

export const BASELINE_MS = 5000;
const STARTED_AT_MS = Date.UTC(2026, 0, 31, 19, 5, 40);
const SPREAD: Readonly<Record<string, number>> = { alex: 0.96, sarah: 1, jake: 0.98, computer: 1.08 };

/** Added latency of a user at a moment, in milliseconds. */
function addedAt(line: HouseholdLine, user: UserProfile, atMs: number): number {
  if (atMs < BASELINE_MS) return 0;
  const fill = Math.min(1, (atMs - BASELINE_MS) / 2200) ** 2;
  const saw = 0.84 + 0.3 * ((atMs / 2700) % 1);
  const own = line.fair && user.verdict !== 'bulk' ? 0.35 : 1;
  return line.queueMs * fill * saw * own * (SPREAD[user.id] ?? 1.02);
}

/** What arrives for a user, as a share of what they want, once the line is full. */
function shareOf(line: HouseholdLine, user: UserProfile, flow: 'download' | 'upload'): number {
  const rate = flow === 'download' ? line.downMbps : line.upMbps;
  const others = line.users.filter(({ verdict }) => verdict !== 'bulk');
  const wanted = others.reduce((sum, each) => sum + wantedOf(each, flow), 0);
  if (user.verdict === 'bulk') return 1;
  const lost = line.fair ? 0 : Math.min(0.72, (line.queueMs / 900) * (wanted / rate) * 1.4);
  return Math.max(0.2, 1 - lost * (user.verdict === 'streaming' ? 1.3 : 1));
}

const wantedOf = (user: UserProfile, flow: 'download' | 'upload') =>
  flow === 'download' ? user.downloadMbps : user.uploadMbps;

function rateAt(line: HouseholdLine, user: UserProfile, flow: 'download' | 'upload', atMs: number): number {
  if (atMs < BASELINE_MS) return 0;
  if (
    line.gaps.some(
      ({ userId, what, fromMs, toMs }) => userId === user.id && what === 'traffic' && atMs >= fromMs && atMs < toMs,
    )
  )
    return 0;
  const total = flow === 'download' ? line.downMbps : line.upMbps;
  const wanted = wantedOf(user, flow);
  const burst = user.verdict === 'streaming' && flow === 'download';
  if (burst) {
    const onMs = 1000 / shareOf(line, user, flow);
    return (atMs - BASELINE_MS) % 5000 < onMs ? wanted * 5 * shareOf(line, user, flow) : 0;
  }
  if (user.verdict !== 'bulk') return wanted * shareOf(line, user, flow);
  const others = line.users
    .filter((each) => each.verdict !== 'bulk')
    .reduce((sum, each) => sum + rateAt(line, each, flow, atMs), 0);
  const grown = flow === 'download' ? Math.min(1000, wanted * 1.5 ** Math.floor((atMs - BASELINE_MS) / 1500)) : wanted;
  return Math.max(0.05 * total, Math.min(grown, 0.96 * total - others));
}

type Latency = HouseholdResult['samples']['latency'][number];

function probesOf(line: HouseholdLine, user: UserProfile, seed: number, endMs: number): Latency[] {
  const random = randomOf(seed);
  const probes: Latency[] = [];
  for (let sentMs = 0; sentMs < endMs; sentMs += 50) {
    const missing = line.gaps.some(
      ({ userId, what, fromMs, toMs }) => userId === user.id && what === 'probes' && sentMs >= fromMs && sentMs < toMs,
    );
    if (missing) continue;
    const addedMs = addedAt(line, user, sentMs);
    const lost = addedMs > 1 && random() < line.loss;
    const spikeMs = random() > 0.988 ? (line.restMs + addedMs) * 0.5 * random() : 0;
    const rttMs = line.restMs * (1 + 0.06 * random()) + addedMs * (0.9 + 0.2 * random()) + spikeMs;
    probes.push({ userId: user.id, signal: 'udp', sentMs, rttMs: lost ? null : rttMs, outcome: lost ? 'lost' : 'ok' });
  }
  return probes;
}

/** What a household test of `durationS` on this line would have ended in. */
export function householdResultOf(line: HouseholdLine, durationS = 60): HouseholdResult {
  const durationMs = BASELINE_MS + durationS * 1000;
  const samples: HouseholdResult['samples'] = { latency: [], bytes: [], lateness: [] };
  const users: Record<string, UserResult> = {};
  line.users.forEach((user, index) => {
    const probes = probesOf(line, user, 7 + index * 12, durationMs);
    samples.latency.push(...probes);
    const random = randomOf(31 + index);
    for (const flow of ['download', 'upload'] as const) {
      for (let atMs = 250; atMs <= durationMs; atMs += 250) {
        const mbps = rateAt(line, user, flow, atMs - 125) * (0.96 + 0.08 * random());
        samples.bytes.push({
          userId: user.id,
          flow,
          atMs,
          intervalMs: 250,
          bytes: Math.round((mbps * 1e6 * 0.25) / 8),
        });
      }
    }
    users[user.id] = userResult(line, user, probes, samples.bytes, durationS);
    user.streams.forEach((stream, number) => {
      if (stream.kind === 'segments' || stream.kind === 'bulk') return;
      for (let second = 5; second < durationMs / 1000; second++) {
        const addedMs = addedAt(line, user, second * 1000) / 2;
        samples.lateness.push({
          userId: user.id,
          stream: number,
          atMs: (second + 1) * 1000,
          p50: addedMs,
          max: addedMs * 1.6 + 1,
          dropped: 0,
          late: addedMs > 31 ? 12 : 0,
        });
      }
    });
  });
  const scores = Object.values(users).flatMap(({ score }) => (score === null ? [] : [score]));
  const shares = Object.values(users)
    .filter(({ profile }) => profile.verdict !== 'bulk')
    .map(({ profile, deliveredShare }) => ({ userId: profile.id, share: deliveredShare ?? 0 }));
  const sum = shares.reduce((total, { share }) => total + share, 0);
  const squares = shares.reduce((total, { share }) => total + share * share, 0);
  const lowest = shares.toSorted((a, b) => a.share - b.share)[0];
  const computer = line.users.find(({ verdict }) => verdict === 'bulk');
  return {
    schema: 'rowhouse.bufferbloat.result/1',
    id: '2c81f0de-9a37-4b6f-8d15-63e7a0c4f912',
    startedAt: new Date(STARTED_AT_MS).toISOString(),
    durationMs,
    mode: 'household',
    grade: {
      total: worstGrade(Object.values(users).map(({ grade }) => grade.total)),
      range: {
        best: worstGrade(Object.values(users).map(({ grade }) => grade.range?.best ?? null)) ?? 'F',
        worst: worstGrade(Object.values(users).map(({ grade }) => grade.range?.worst ?? null)) ?? 'F',
      },
    },
    score: scores.reduce((total, score) => total + score, 0) / scores.length,
    users,
    household: {
      fairness: {
        jain: (sum * sum) / (shares.length * squares),
        lowest: lowest ?? null,
        takenByBulkMbps: line.fair ? 0 : 3.1,
      },
      stability: Math.min(...Object.values(users).map((user) => stabilityOf(user, samples.latency))),
      line: {
        filled: { download: true, upload: line.upMbps <= 20 },
        goodputMbps: { download: line.downMbps * 0.96, upload: line.upMbps > 20 ? null : line.upMbps * 0.96 },
        rateMbps: { download: line.downMbps, upload: line.upMbps > 20 ? null : line.upMbps },
      },
      adaptive: {
        enabled: true,
        end: 'line-full',
        steps: computer === undefined ? [] : stepsOf(line, computer),
      },
    },
    confidence: line.confidence,
    server: { congestionControl: 'cubic', tcpInfo: true },
    phases: [
      { id: 'baseline', startMs: 0, endMs: BASELINE_MS },
      { id: 'household', startMs: BASELINE_MS, endMs: durationMs },
    ],
    gaps: [...line.gaps],
    samples,
  };
}

function stabilityOf(user: UserResult, latency: readonly Latency[]): number {
  const limitMs = (user.latencyMs.baseline.p50 ?? 0) + 30;
  const loaded = latency.filter(({ userId, sentMs }) => userId === user.profile.id && sentMs >= BASELINE_MS);
  return loaded.filter(({ rttMs }) => rttMs !== null && rttMs <= limitMs).length / loaded.length;
}

function stepsOf(line: HouseholdLine, user: UserProfile): HouseholdResult['household']['adaptive']['steps'] {
  const steps: HouseholdResult['household']['adaptive']['steps'] = [];
  let offeredMbps = user.downloadMbps;
  for (let round = 1; round < 16; round++) {
    const arrivedMbps = Math.min(offeredMbps, line.downMbps * 0.9);
    steps.push({ userId: user.id, atMs: BASELINE_MS + round * 1500, offeredMbps, arrivedMbps });
    if (arrivedMbps < offeredMbps * 0.95) break;
    offeredMbps *= 1.5;
  }
  return steps;
}

const SCORE: Readonly<Record<Grade, number>> = { 'A+': 98, A: 90, B: 77, C: 62, D: 47, F: 18 };

function userResult(
  line: HouseholdLine,
  user: UserProfile,
  probes: readonly Latency[],
  bytes: HouseholdResult['samples']['bytes'],
  durationS: number,
): UserResult {
  const within = (from: number, to: number) => probes.filter(({ sentMs }) => sentMs >= from && sentMs < to);
  const rtts = (of: readonly Latency[]) => of.flatMap(({ rttMs }) => (rttMs === null ? [] : [rttMs]));
  const lostIn = (of: readonly Latency[]) => of.filter(({ outcome }) => outcome === 'lost').length;
  const quiet = within(0, BASELINE_MS);
  const busy = within(BASELINE_MS + 2000, Number.POSITIVE_INFINITY);
  const baseline = summarise(rtts(quiet), lostIn(quiet));
  const during = summarise(rtts(busy), lostIn(busy));
  const added = Math.max(0, (during.p50 ?? 0) - (baseline.p50 ?? 0));
  const interval = { low: added * (1 - line.uncertainty), high: added * (1 + line.uncertainty) };
  const verdict = verdictOf(line, user, added, durationS);
  const latency = gradeOf(added);
  const rate = (flow: 'download' | 'upload') =>
    (bytes
      .filter((sample) => sample.userId === user.id && sample.flow === flow)
      .reduce((total, sample) => total + sample.bytes, 0) *
      8e-6) /
    durationS;
  const delivered = { download: rate('download'), upload: rate('upload') };
  const share = Math.min(
    1,
    delivered.download / Math.max(user.downloadMbps, 0.01),
    delivered.upload / Math.max(user.uploadMbps, 0.01),
  );
  const total = worstGrade([latency, verdict.grade]);
  return {
    profile: user,
    variant: null,
    served: {
      architecture: line.singleProcess.includes(user.id) ? 'single_process' : 'simple_multiprocess',
      port: user.port ?? 8010,
      instance: 0,
      reconnects: line.gaps.some(({ userId }) => userId === user.id) ? 1 : 0,
    },
    signal: 'udp',
    latencyMs: { baseline, during },
    addedLatencyMs: {
      p50: added,
      p95: (during.p95 ?? 0) - (baseline.p50 ?? 0),
      p99: (during.p99 ?? 0) - (baseline.p50 ?? 0),
      interval,
      grades: { best: gradeOf(interval.low), worst: gradeOf(interval.high) },
    },
    streams: user.streams.map((stream, number) => {
      const wantedMbps = stream.kind === 'segments' ? user.downloadMbps : stream.mbps;
      const perS = 'perS' in stream ? stream.perS : undefined;
      const due = (perS ?? 0) * durationS;
      const late = Math.round(due * Math.min(0.6, added / 1400));
      const dropped = Math.round(due * (1 - shareOf(line, user, stream.flow)) * 0.5);
      return {
        stream: number,
        kind: stream.kind,
        flow: stream.flow,
        wantedMbps,
        deliveredMbps:
          stream.kind === 'segments' || stream.kind === 'bulk'
            ? delivered[stream.flow]
            : wantedMbps * (1 - dropped / due),
        messages: perS === undefined ? null : { due, dropped, arrived: due - dropped, late },
        latenessMs:
          perS === undefined
            ? null
            : summarise(
                rtts(busy).map((rttMs) => Math.max(0, rttMs - line.restMs) * (stream.flow === 'upload' ? 0.62 : 0.48)),
                0,
              ),
        jitterMs: perS === undefined ? null : 0.4 + added * 0.03,
      };
    }),
    wantedMbps: { download: user.downloadMbps, upload: user.uploadMbps },
    deliveredMbps: delivered,
    deliveredShare: share,
    verdict,
    grade: {
      latency,
      application: verdict.grade,
      total,
      range: {
        best: worstGrade([gradeOf(interval.low), verdict.grade]) ?? 'F',
        worst: worstGrade([gradeOf(interval.high), verdict.grade]) ?? 'F',
      },
    },
    score: total === null ? null : SCORE[total],
    impact: { addedLatencyMs: added, qualityLost: total === null ? null : 98 - SCORE[total] },
    summary: summaryOf(user, verdict, added),
  };
}

function verdictOf(line: HouseholdLine, user: UserProfile, added: number, durationS: number): Verdict {
  const grade = gradeOf(added * 0.8);
  switch (user.verdict) {
    case 'game': {
      const lagSpikes = added > 60 ? Math.round(added / 18) : 0;
      return {
        kind: 'game',
        grade,
        lagSpikes,
        lagSpikesPerMinute: lagSpikes * (60 / durationS),
        lagS: lagSpikes * 0.31,
        lateShare: Math.min(0.6, added / 1400),
        lateTicks: Math.round(added * 5),
      };
    }
    case 'call': {
      const mos = Math.max(1, 4.41 - added / 160);
      const frozenS = added > 100 ? added / 40 : 0;
      const side = {
        mos,
        r: 93.2 - added / 8,
        lostShare: Math.min(0.2, added / 5000),
        playoutMs: 20 + added * 0.4,
        frozenS,
        freezes: Math.round(frozenS * 1.5),
      };
      return {
        kind: 'call',
        grade,
        mos,
        frozenS,
        sides: {
          download: {
            ...side,
            frozenS: frozenS * 0.3,
            freezes: Math.round(frozenS * 0.4),
            mos: Math.min(4.41, mos + 0.3),
          },
          upload: side,
        },
      };
    }
    case 'streaming': {
      const stallS = line.downMbps < 40 ? 8.2 : 0;
      return {
        kind: 'streaming',
        grade: stallS > 0 ? 'D' : 'A+',
        startupMs: 1000 / shareOf(line, user, 'download') + line.restMs * 2,
        stalls: stallS > 0 ? 3 : 0,
        stallS,
        qualityShare: stallS > 0 ? 0.48 : 1,
        stepsDown: stallS > 0 ? 3 : 0,
      };
    }
    case 'live':
      return {
        kind: 'live',
        grade,
        frozenS: added > 30 ? 1.4 : 0,
        freezes: added > 30 ? 2 : 0,
        lateShare: Math.min(0.5, added / 900),
      };
    case 'bulk':
      return { kind: 'bulk', grade: 'A+', achievedMbps: rateAt(line, user, 'download', 40_000), standstillS: 0 };
  }
}

function summaryOf(user: UserProfile, verdict: Verdict, added: number): string {
  const ms = added.toFixed(added < 10 ? 1 : 0);
  switch (verdict.kind) {
    case 'game':
      return verdict.lagSpikes === 0
        ? `${user.name}’s game stayed smooth: ${ms} ms more lag, not one spike.`
        : `${user.name}’s game lagged: ${verdict.lagSpikes} spikes, and every move took ${ms} ms longer to reach the match.`;
    case 'call':
      return verdict.frozenS === 0
        ? `${user.name}’s call was clear in both directions, with a steady picture.`
        : `${user.name}’s call broke up: her picture froze for ${verdict.frozenS.toFixed(1)} s and the sound was hard to follow.`;
    case 'streaming':
      return verdict.stallS === 0
        ? `${user.name}’s film began after ${((verdict.startupMs ?? 0) / 1000).toFixed(1)} s and never stopped.`
        : `${user.name}’s film stopped ${verdict.stalls} times, ${verdict.stallS.toFixed(1)} s in all, and fell to half its quality.`;
    case 'live':
      return verdict.frozenS === 0
        ? `${user.name}: the picture came through without a break.`
        : `${user.name}: the picture froze ${verdict.freezes} times.`;
    case 'bulk':
      return `The ${user.name.toLowerCase()} got its updates at ${verdict.achievedMbps.toFixed(0)} Mbit/s.`;
  }
}
