import { HOUSEHOLD_PROFILES, householdResultSchema } from '@rowhouse/bufferbloat-protocol';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyseHousehold } from '../../src/household/analyse.ts';
import type { HouseholdRecording, UserRecording } from '../../src/household/recording.ts';
import { CAMERA } from './profiles.ts';
import { BLOATED, FAIR, PERFECT } from './line-models.ts';
import { AT, household, TRAFFIC_FROM_MS, withUser } from './recordings.ts';

const SHORT = household({ line: BLOATED, durationMs: 6000 });

describe('a household', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])('gets the best of everything on a perfect line, %i', (seed) => {
    const result = analyseHousehold(household({ line: PERFECT, seed, durationMs: 30_000 }));
    expect(householdResultSchema.parse(result)).toEqual(result);
    expect(result.grade).toEqual({ total: 'A+', range: { best: 'A+', worst: 'A+' } });
    expect(Object.values(result.users).map(({ grade }) => grade.total)).toEqual(['A+', 'A+', 'A+', 'A+']);
    expect(result.household).toMatchObject({
      fairness: { jain: 1, takenByBulkMbps: 0 },
      stability: 1,
      adaptive: { end: 'limit' },
    });
    expect(result.confidence).toEqual({ level: 'high', reasons: [] });
  });

  it('is told what a full queue did to each', () => {
    const result = analyseHousehold(household({ line: BLOATED }));
    expect(householdResultSchema.parse(result)).toEqual(result);
    expect(result.grade.total).toBe('F');
    expect(result.users).toMatchObject({
      alex: { grade: { latency: 'D', application: 'F', total: 'F' }, served: { port: 8002, reconnects: 0 } },
      sarah: { grade: { latency: 'D', application: 'F' } },
      jake: { grade: { latency: 'D', application: 'C', total: 'D' } },
      computer: { grade: { latency: 'D', application: 'A+', total: 'D' }, impact: { qualityLost: 0 } },
    });
    expect(result.users['alex']?.impact.qualityLost).toBeGreaterThan(90);
    expect(result.household.fairness.lowest?.userId).toBe('jake');
    expect(result.phases).toEqual([
      { id: 'baseline', startMs: 200, endMs: 5000 },
      { id: 'household', startMs: 5200, endMs: 65_200 },
    ]);
  });

  it('does better with fair queues', () => {
    const plain = analyseHousehold(household({ line: BLOATED }));
    const fair = analyseHousehold(household({ line: FAIR }));
    expect(fair.score ?? 0).toBeGreaterThan(plain.score ?? 100);
    expect(fair.household.fairness.jain ?? 0).toBeGreaterThan(plain.household.fairness.jain ?? 1);
  });

  it('takes a fifth user in as an entry of data', () => {
    const result = analyseHousehold(household({ profiles: [...HOUSEHOLD_PROFILES, CAMERA], durationMs: 10_000 }));
    expect(householdResultSchema.parse(result)).toEqual(result);
    expect(Object.keys(result.users)).toEqual(['alex', 'sarah', 'jake', 'computer', 'camera']);
    expect(result.users['camera']).toMatchObject({
      grade: { total: 'A+' },
      verdict: { kind: 'live' },
      deliveredShare: 1,
    });
  });
});

describe('samples', () => {
  const result = analyseHousehold(SHORT);

  it('have every byte that arrived, relative to the start', () => {
    const own = result.samples.bytes.filter(({ userId, flow }) => userId === 'alex' && flow === 'download');
    expect(own[0]).toMatchObject({ atMs: TRAFFIC_FROM_MS + 250, intervalMs: 250 });
    const counted = SHORT.users[0]?.legs[0]?.received.download.at(-1)?.bytes[0]?.[1];
    expect(own.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(counted);
  });

  it('have lateness a second at a time', () => {
    const own = result.samples.lateness.filter(({ userId, stream }) => userId === 'alex' && stream === 0);
    expect(own.map(({ atMs }) => atMs)).toEqual([1, 2, 3, 4, 5, 6].map((second) => TRAFFIC_FROM_MS + second * 1000));
    const messages = result.users['alex']?.streams[0]?.messages;
    expect(own.reduce((sum, { late }) => sum + late, 0)).toBe(messages?.late);
    expect(own.reduce((sum, { dropped }) => sum + dropped, 0)).toBe(messages?.dropped);
  });

  it('have every probe of both signals', () => {
    expect(result.samples.latency).toHaveLength(4 * 2 * Math.floor((TRAFFIC_FROM_MS + 6000) / 50));
  });
});

describe('what is not known', () => {
  it('stays unknown for a user that never connected, and for the household', () => {
    const alone = withUser(SHORT, 'alex', (user) => ({ ...user, served: null, probes: {}, legs: [] }));
    const result = analyseHousehold(alone);
    expect(householdResultSchema.parse(result)).toEqual(result);
    expect(result.users['alex']).toMatchObject({
      served: null,
      signal: null,
      verdict: null,
      deliveredMbps: { download: null, upload: null },
      deliveredShare: null,
      grade: { latency: null, application: null, total: null, range: null },
      score: null,
      impact: { addedLatencyMs: null, qualityLost: null },
    });
    expect(result.grade).toEqual({ total: null, range: null });
    expect(result.score).toBeNull();
    expect(result.household).toMatchObject({ stability: null, fairness: { jain: null, lowest: null } });
    expect(result.users['jake']?.grade.total).not.toBeNull();
  });

  it('stays unknown when the test was stopped before the traffic', () => {
    const result = analyseHousehold({
      ...SHORT,
      traffic: undefined,
      endedAtMs: AT + 3000,
      users: SHORT.users.map((user) => ({ ...user, legs: [], adaptive: [] })),
    });
    expect(householdResultSchema.parse(result)).toEqual(result);
    expect(result.phases.map(({ id }) => id)).toEqual(['baseline']);
    expect(result.users['alex']).toMatchObject({
      signal: 'udp',
      latencyMs: { baseline: { count: 96 } },
      verdict: null,
    });
    expect(result.household.line.goodputMbps).toEqual({ download: null, upload: null });
  });

  it('stays unknown without anybody', () => {
    const result = analyseHousehold({ ...SHORT, users: [] });
    expect(householdResultSchema.parse(result)).toEqual(result);
    expect(result).toMatchObject({ grade: { total: null }, score: null, household: { stability: null } });
  });

  it('is left out where a connection was lost: the hole is no lag, no freeze, no missing rate', () => {
    const perfect = household({ line: PERFECT, durationMs: 20_000 });
    const broken = { ...perfect, users: perfect.users.map((user) => cut(user, 8000, 11_000)) };
    const result = analyseHousehold(broken);
    expect(householdResultSchema.parse(result)).toEqual(result);
    expect(result.users['alex']?.verdict).toMatchObject({ lagSpikes: 0, lateTicks: 0 });
    expect(result.users['sarah']?.verdict).toMatchObject({ frozenS: 0 });
    expect(result.users['computer']?.verdict).toMatchObject({ standstillS: 0 });
    expect(Object.values(result.users).map(({ deliveredShare }) => deliveredShare)).toEqual([1, 1, 1, 1]);
  });

  it('is never made up, whatever is missing', () => {
    const missing = fc.record({
      probes: fc.constantFrom('both', 'udp', 'websocket', 'none'),
      legs: fc.constantFrom('all', 'none', 'lost', 'empty'),
      counts: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(missing, { minLength: 4, maxLength: 4 }), fc.boolean(), (of, traffic) => {
        const recording: HouseholdRecording = {
          ...SHORT,
          traffic: traffic ? SHORT.traffic : undefined,
          users: SHORT.users.map((user, index) => without(user, of[index])),
        };
        const result = analyseHousehold(recording);
        expect(householdResultSchema.parse(result)).toEqual(result);
        expect(JSON.stringify(analyseHousehold(recording))).toBe(JSON.stringify(result));
        for (const [index, user] of Object.values(result.users).entries()) {
          if (of[index]?.probes === 'none') expect(user.grade.latency).toBeNull();
          if (of[index]?.legs === 'none') expect(user.verdict).toBeNull();
          if (user.grade.total === null) expect([user.score, result.grade.total]).toEqual([null, null]);
        }
      }),
      { numRuns: 40 },
    );
  });
});

/** The user's process died at one time and came back at another, both in milliseconds since the traffic began. */
function cut(user: UserRecording, diedMs: number, backMs: number): UserRecording {
  const legs = user.legs.flatMap((leg) => {
    const died = leg.startMs + diedMs;
    const back = leg.startMs + backMs;
    const shiftMs = backMs;
    const later = user.legs[0];
    if (later === undefined) return [];
    const endMs = leg.endMs - backMs;
    return [
      {
        ...leg,
        endMs: died,
        lost: true,
        units: leg.units.filter(({ dueMs, latenessMs }) => dueMs + latenessMs + user.baseOneWayMs <= died),
        chunks: leg.chunks.filter(({ arrivalMs }) => arrivalMs <= died),
        received: {
          download: leg.received.download.filter(({ atMs }) => atMs <= died),
          upload: leg.received.upload.filter(({ atMs }) => atMs <= died),
        },
      },
      // Everything begins anew.
      {
        ...leg,
        startMs: back,
        units: leg.units
          .map((unit) => ({ ...unit, dueMs: unit.dueMs + shiftMs }))
          .filter(({ dueMs }) => dueMs < leg.endMs),
        chunks: leg.chunks
          .filter(({ arrivalMs }) => arrivalMs <= endMs)
          .map((chunk) => ({ ...chunk, arrivalMs: chunk.arrivalMs + shiftMs })),
        received: {
          download: leg.received.download
            .filter(({ atMs }) => atMs <= endMs)
            .map((each) => ({ ...each, atMs: each.atMs + shiftMs })),
          upload: leg.received.upload
            .filter(({ atMs }) => atMs <= endMs)
            .map((each) => ({ ...each, atMs: each.atMs + shiftMs })),
        },
      },
    ];
  });
  return { ...user, reconnects: 1, legs };
}

function without(
  user: UserRecording,
  missing: { readonly probes: string; readonly legs: string; readonly counts: boolean } | undefined,
): UserRecording {
  const { udp, websocket } = user.probes;
  const { probes, legs, counts } = missing ?? { probes: 'both', legs: 'all', counts: true };
  return {
    ...user,
    probes: {
      ...(probes === 'both' || probes === 'udp' ? { udp } : {}),
      ...(probes === 'both' || probes === 'websocket' ? { websocket } : {}),
    },
    legs:
      legs === 'none'
        ? []
        : user.legs.map((leg) => ({
            ...leg,
            lost: legs === 'lost',
            units: legs === 'empty' ? [] : leg.units,
            chunks: legs === 'empty' ? [] : leg.chunks,
            received: counts ? leg.received : { download: [], upload: [] },
          })),
  };
}
