import type { UnitStream } from '@rowhouse/bufferbloat-protocol';
import type { Leg, UnitRecord } from '../../src/household/recording.ts';
import { type SeenStream, seenStreams } from '../../src/household/seen.ts';
import { profileOf } from './profiles.ts';

/** Where the grids of every made-up leg begin. */
export const START_MS = 1_000_000;

export const TICKS: UnitStream = { kind: 'ticks', flow: 'download', mbps: 1, perS: 100, lateMs: 31.25 };
export const AUDIO: UnitStream = { kind: 'audio', flow: 'download', mbps: 0.064, perS: 50 };
export const VIDEO: UnitStream = {
  kind: 'video',
  flow: 'download',
  mbps: 2,
  perS: 30,
  keyFrameEveryS: 2,
  keyFrameRatio: 4,
};

/** A leg of so many seconds in which nothing came, or what is given. */
export function legOf(seconds: number, different: Partial<Leg> = {}): Leg {
  return {
    startMs: START_MS,
    endMs: START_MS + seconds * 1000,
    lost: false,
    units: [],
    chunks: [],
    received: { download: [], upload: [] },
    ...different,
  };
}

/** Units of a grid over `seconds`; `lateness` says how late each is, `undefined` that it never came. */
export function unitsOn(
  stream: UnitStream,
  seconds: number,
  lateness: (sequence: number) => number | undefined,
  index = 0,
): UnitRecord[] {
  return Array.from({ length: Math.round(seconds * stream.perS) }, (_, sequence) => sequence).flatMap((sequence) => {
    const latenessMs = lateness(sequence);
    const dueMs = START_MS + (sequence * 1000) / stream.perS;
    return latenessMs === undefined ? [] : [{ stream: index, sequence, dueMs, latenessMs, bytes: 500 }];
  });
}

/** One stream over one leg. */
export function seenOn(
  stream: UnitStream,
  seconds: number,
  lateness: (sequence: number) => number | undefined,
  different: Partial<Leg> = {},
): SeenStream {
  const leg = legOf(seconds, { units: unitsOn(stream, seconds, lateness), ...different });
  const [seen] = seenStreams({ profile: profileOf('live', [stream]), legs: [leg] });
  if (seen === undefined) throw new Error('no stream');
  return seen;
}
