import type { TrafficStream, UserProfile } from '@rowhouse/bufferbloat-protocol';
import { describe, expect, it } from 'vitest';
import type { Leg, UserRecording } from '../../src/household/recording.ts';
import { seenStreams } from '../../src/household/seen.ts';
import { judge } from '../../src/household/verdict.ts';
import { CAMERA, profileOf } from './profiles.ts';
import { PERFECT } from './line-models.ts';
import { household, userOn } from './recordings.ts';
import { AUDIO, legOf, START_MS, TICKS, unitsOn, VIDEO } from './streams.ts';

const [ALEX, SARAH, JAKE, COMPUTER] = household({ line: PERFECT, durationMs: 20_000 }).users;

/** A user of these legs on a quiet line of 20 ms. */
function user(profile: UserProfile, legs: readonly Leg[], different: Partial<UserRecording> = {}): UserRecording {
  if (ALEX === undefined) throw new Error('no user');
  return { ...ALEX, profile, legs, baseOneWayMs: 10, ...different };
}

function judged(of: UserRecording | undefined) {
  return of && judge(of, seenStreams(of));
}

describe('a game', () => {
  const game = (
    lateness: (sequence: number) => number | undefined,
    seconds = 60,
    streams: readonly TrafficStream[] = [TICKS],
  ) => judged(user(profileOf('game', streams), [legOf(seconds, { units: unitsOn(TICKS, seconds, lateness) })]));

  it('is at its best on a perfect line', () => {
    expect(judged(ALEX)).toMatchObject({ verdict: { grade: 'A+', lateTicks: 0 }, score: 100, quietScore: 100 });
  });

  it('counts ticks that are late or never came', () => {
    const found = game((n) => (n % 100 === 0 ? 40 : n % 100 === 1 ? undefined : 31));
    expect(found?.verdict).toMatchObject({ lateTicks: 120, lateShare: 0.02, lagSpikes: 0, lagS: 0, grade: 'A' });
  });

  it('counts lag spikes a minute', () => {
    const found = game((n) => (n % 500 >= 480 ? undefined : 0), 30);
    expect(found?.verdict).toMatchObject({ lagSpikes: 6, lagSpikesPerMinute: 12, lagS: 0.6, grade: 'D' });
  });

  it('is no worse than D for being evenly late, and F when it stands most of the time', () => {
    expect(game(() => 60)?.verdict).toMatchObject({ grade: 'D', lagSpikes: 0, lateShare: 1 });
    expect(game(() => 150)?.verdict).toMatchObject({ grade: 'F', lagSpikes: 1 });
  });

  it('is unknown where nothing was due', () => {
    expect(judged(user(profileOf('game', [TICKS]), []))).toBeUndefined();
    expect(judged(user(profileOf('game', [TICKS]), [legOf(5, { lost: true })]))).toBeUndefined();
    expect(judged(user(profileOf('game', [TICKS]), [legOf(0)]))).toBeUndefined();
  });
});

describe('a call', () => {
  const STREAMS: TrafficStream[] = [AUDIO, VIDEO, { ...AUDIO, flow: 'upload' }, { ...VIDEO, flow: 'upload' }];
  const call = (lateness: (index: number, sequence: number) => number | undefined, streams = STREAMS) => {
    const units = streams.flatMap((stream, index) =>
      stream.kind === 'audio' || stream.kind === 'video'
        ? unitsOn(stream, 30, (sequence) => lateness(index, sequence), index)
        : [],
    );
    return judged(user(profileOf('call', streams), [legOf(30, { units })]));
  };

  it('is at its best on a perfect line', () => {
    const found = judged(SARAH);
    expect(found?.verdict).toMatchObject({ grade: 'A+', frozenS: 0 });
    expect(found?.score).toBeCloseTo(found?.quietScore ?? 0, 2);
  });

  it('is judged by the worse side', () => {
    const found = call((index) => (index === 2 ? 260 : 0));
    expect(found?.verdict).toMatchObject({
      kind: 'call',
      grade: 'B',
      sides: { download: { lostShare: 0, playoutMs: 20 }, upload: { lostShare: 0, playoutMs: 260, frozenS: 0 } },
    });
    if (found?.verdict.kind !== 'call') throw new Error('not a call');
    expect(found.verdict.mos).toBe(found.verdict.sides.upload?.mos);
    expect(found.quietScore).toBeGreaterThan(95);
  });

  it('suffers from a picture that stands still, the sound being fine', () => {
    const found = call((index, n) => (index === 1 && n >= 300 && n < 360 ? undefined : 0));
    expect(found?.verdict).toMatchObject({ grade: 'C', sides: { download: { freezes: 1 }, upload: { freezes: 0 } } });
    if (found?.verdict.kind !== 'call') throw new Error('not a call');
    expect(found.verdict.frozenS).toBeCloseTo(61 / 30, 2);
    expect(found.verdict.frozenS).toBe(found.verdict.sides.download?.frozenS);
  });

  it('has an R of 0 to nobody who hears anything', () => {
    expect(call(() => undefined)?.verdict).toMatchObject({ grade: 'F', sides: { download: { lostShare: 1 } } });
  });

  it('knows nothing of a side that has no streams, or of which nothing was told', () => {
    const oneWay = call(() => 0, STREAMS.slice(0, 2));
    expect(oneWay?.verdict).toMatchObject({ grade: 'A+', sides: { upload: null } });
    const units = unitsOn(AUDIO, 5, () => 0);
    const lost = judged(user(profileOf('call', STREAMS), [legOf(5, { units, lost: true })]));
    expect(lost?.verdict).toMatchObject({ sides: { upload: null } });
    expect(judged(user(profileOf('call', STREAMS), []))).toBeUndefined();
  });

  it('may be without sound', () => {
    const silent = call(() => 0, [VIDEO]);
    expect(silent).toMatchObject({ verdict: { mos: null, grade: 'A+' }, quietScore: 100 });
  });
});

describe('a film', () => {
  it('is at its best on a perfect line', () => {
    expect(judged(JAKE)?.verdict).toMatchObject({ grade: 'A+', stalls: 0, qualityShare: 1, stepsDown: 0 });
    expect(judged(JAKE)?.score).toBeCloseTo(judged(JAKE)?.quietScore ?? 0, 0);
  });

  it('is played again for each connection, and begins but once', () => {
    const half = userOn(PERFECT, profileOrThrow(JAKE), { durationMs: 10_000, adaptive: false, seed: 2 });
    const [leg] = half.legs;
    if (leg === undefined) throw new Error('no leg');
    const again = judged({ ...half, legs: [leg, leg] });
    expect(again?.verdict).toMatchObject({ stalls: 0, stepsDown: 0, qualityShare: 1 });
  });

  it('counts steps down in what came', () => {
    const slow = userOn({ ...PERFECT, filmMbps: 6 }, profileOrThrow(JAKE), {
      durationMs: 40_000,
      adaptive: false,
      seed: 2,
    });
    expect(judged(slow)?.verdict).toMatchObject({ stepsDown: 1, qualityShare: 0.65 });
  });

  it('that never begins is an F once it has taken long enough', () => {
    const never = (seconds: number) => judged(user(profileOrThrow(JAKE), [legOf(seconds)]));
    expect(never(60)).toMatchObject({ verdict: { startupMs: null, qualityShare: null, grade: 'F' }, score: 0 });
    expect(never(4)?.verdict.grade).toBe('B');
  });

  it('is unknown without a connection or without segments', () => {
    expect(judged(user(profileOrThrow(JAKE), []))).toBeUndefined();
    expect(judged(user(profileOf('streaming', [TICKS]), [legOf(10)]))).toBeUndefined();
  });
});

describe('bulk', () => {
  it('is what arrived over the time that it had', () => {
    expect(judged(COMPUTER)?.verdict).toMatchObject({ grade: 'A+', standstillS: 0 });
  });

  it('stands still when less than a twentieth comes', () => {
    const counts = (mbps: (second: number) => number) => {
      let bytes = 0;
      return Array.from({ length: 20 }, (_, second) => {
        bytes += mbps(second) * 125_000;
        return { atMs: START_MS + (second + 1) * 1000, bytes: [[0, bytes] as const] };
      });
    };
    const bulk = (mbps: (second: number) => number) =>
      judged(
        user(profileOrThrow(COMPUTER), [legOf(20, { received: { download: counts(mbps), upload: [] } })], {
          baseOneWayMs: 0,
        }),
      )?.verdict;
    expect(bulk(() => 10)).toMatchObject({ achievedMbps: 10, standstillS: 0, grade: 'A+' });
    expect(bulk((n) => (n < 3 ? 0.1 : 10))).toMatchObject({ standstillS: 3, grade: 'C' });
    // A mean that grew far beyond the first seconds makes no standstill of them.
    expect(bulk((n) => (n < 1 ? 40 : 1000))).toMatchObject({ standstillS: 0 });
    expect(bulk(() => 0)).toMatchObject({ achievedMbps: 0, standstillS: 20, grade: 'F' });
  });

  it('has no seconds to stand still in on a short connection', () => {
    const received = { download: [{ atMs: START_MS + 500, bytes: [[0, 1000] as const] }], upload: [] };
    expect(judged(user(profileOrThrow(COMPUTER), [legOf(0.5, { received })]))?.verdict).toMatchObject({
      achievedMbps: 0.016,
      standstillS: 0,
    });
  });

  it('is unknown where nothing was counted or there is no bulk', () => {
    expect(judged(user(profileOrThrow(COMPUTER), [legOf(20)]))).toBeUndefined();
    expect(judged(user(profileOf('bulk', [TICKS]), [legOf(20)]))).toBeUndefined();
  });
});

describe('a camera', () => {
  const camera = (lateness: (sequence: number) => number | undefined) => {
    const [stream] = CAMERA.streams;
    if (stream?.kind !== 'video') throw new Error('no video');
    return judged(user(CAMERA, [legOf(20, { units: unitsOn(stream, 20, lateness) })]))?.verdict;
  };

  it('is judged by freezes and by what was late', () => {
    expect(camera(() => 0)).toEqual({ kind: 'live', grade: 'A+', frozenS: 0, freezes: 0, lateShare: 0 });
    expect(camera((n) => (n % 10 === 5 ? 151 : 140))).toMatchObject({ lateShare: 0.1, freezes: 0, grade: 'B' });
    expect(camera((n) => (n >= 100 && n < 150 ? undefined : 0))).toMatchObject({
      freezes: 1,
      frozenS: 2.04,
      grade: 'D',
    });
  });

  it('may have no picture, or nothing at all', () => {
    const sensor = profileOf('live', [TICKS]);
    expect(judged(user(sensor, [legOf(5, { units: unitsOn(TICKS, 5, () => 0) })]))?.verdict).toMatchObject({
      frozenS: 0,
      lateShare: 0,
    });
    expect(judged(user(sensor, []))).toBeUndefined();
  });
});

function profileOrThrow(of: UserRecording | undefined): UserProfile {
  if (of === undefined) throw new Error('no user');
  return of.profile;
}
