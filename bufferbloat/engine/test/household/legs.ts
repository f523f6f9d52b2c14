import type { AdaptiveStep, TrafficStream, UserProfile } from '@rowhouse/bufferbloat-protocol';
import type { ChunkRecord, Leg, ReceivedCount, UnitRecord } from '../../src/household/recording.ts';
import { isUnitStream, segmentBytes, unitBytes, unitDueMs } from '../../src/traffic/index.ts';
import type { LineModel } from './line-models.ts';

export interface LegOptions {
  readonly startMs: number;
  readonly endMs: number;
  readonly steps: readonly AdaptiveStep[];
  readonly random: () => number;
  readonly noiseMs: () => number;
}

/** What one session of a user records over a line. */
export function leg(line: LineModel, profile: UserProfile, options: LegOptions): Leg {
  const { startMs, endMs } = options;
  const units: UnitRecord[] = [];
  const chunks: ChunkRecord[] = [];
  const arrivals: { flow: 'download' | 'upload'; stream: number; atMs: number; bytes: number }[] = [];
  for (const [index, stream] of profile.streams.entries()) {
    const { flow } = stream;
    if (isUnitStream(stream)) units.push(...unitsOf(line, profile.id, index, stream, options));
    else if (stream.kind === 'segments') chunks.push(...chunksOf(line, index, stream, options));
    else arrivals.push(...bulkOf(line, index, stream, options).map((each) => ({ flow, ...each })));
  }
  for (const { stream, dueMs, latenessMs, bytes } of units) {
    const flow = profile.streams[stream]?.flow ?? 'download';
    arrivals.push({ flow, stream, atMs: dueMs + line.baseOneWayMs + latenessMs, bytes });
  }
  for (const { stream, arrivalMs, bytes } of chunks) {
    arrivals.push({ flow: 'download', stream, atMs: arrivalMs, bytes });
  }
  const counted = (flow: 'download' | 'upload', everyMs: number): ReceivedCount[] =>
    cumulative(
      arrivals.filter((each) => each.flow === flow),
      profile.streams.flatMap((stream, index) => (stream.flow === flow ? index : [])),
      { startMs, endMs, everyMs },
    );
  return {
    startMs,
    endMs,
    lost: false,
    units: units.toSorted((a, b) => a.dueMs + a.latenessMs - b.dueMs - b.latenessMs),
    chunks,
    received: { download: counted('download', 250), upload: counted('upload', 1000) },
  };
}

function unitsOf(
  line: LineModel,
  userId: string,
  index: number,
  stream: Extract<TrafficStream, { kind: 'ticks' | 'audio' | 'video' }>,
  { startMs, endMs, random, noiseMs }: LegOptions,
): UnitRecord[] {
  const units: UnitRecord[] = [];
  for (let sequence = 0; startMs + unitDueMs(stream, sequence) < endMs; sequence += 1) {
    const sinceMs = unitDueMs(stream, sequence);
    const queueMs = line.queueMs(stream.flow, sinceMs, userId);
    if (random() < line.dropShare(queueMs)) continue;
    units.push({
      stream: index,
      sequence,
      dueMs: startMs + sinceMs,
      latenessMs: queueMs + noiseMs(),
      bytes: unitBytes(stream, sequence),
    });
  }
  return units;
}

/** One segment after the other at the film's rate, none before its time, the quality stepping down when it is slow. */
function chunksOf(
  line: LineModel,
  index: number,
  stream: Extract<TrafficStream, { kind: 'segments' }>,
  { startMs, endMs }: LegOptions,
): ChunkRecord[] {
  const rate = Math.min(stream.mbps, line.filmMbps) * 125;
  const periodMs = stream.onMs + stream.offMs;
  const chunks: ChunkRecord[] = [];
  let freeMs = startMs;
  let quality = 0;
  for (let unit = 0; startMs + unit * periodMs < endMs; unit += 1) {
    const dueMs = startMs + unit * periodMs;
    const bytesOfAll = segmentBytes(stream, quality);
    const parts = Math.ceil(bytesOfAll / 15_625);
    freeMs = Math.max(freeMs, dueMs);
    for (let part = 0; part < parts; part += 1) {
      const bytes = part === parts - 1 ? bytesOfAll - (parts - 1) * 15_625 : 15_625;
      freeMs += bytes / rate;
      if (freeMs + line.baseOneWayMs > endMs) return chunks;
      chunks.push({
        stream: index,
        unit,
        unitBytes: bytesOfAll,
        quality,
        bytes,
        arrivalMs: freeMs + line.baseOneWayMs,
      });
    }
    if (freeMs - dueMs > 0.8 * periodMs) quality = Math.min(stream.qualities.length - 1, quality + 1);
  }
  return chunks;
}

function bulkOf(
  line: LineModel,
  index: number,
  stream: Extract<TrafficStream, { kind: 'bulk' }>,
  { startMs, endMs, steps }: LegOptions,
): { stream: number; atMs: number; bytes: number }[] {
  const everyMs = 50;
  const arrivals: { stream: number; atMs: number; bytes: number }[] = [];
  for (let atMs = startMs + everyMs; atMs <= endMs; atMs += everyMs) {
    const offered = stream.flow === 'download' ? steps.find((step) => step.atMs >= atMs)?.offeredMbps : undefined;
    const mbps = Math.min(offered ?? stream.mbps, line.bulkMbps[stream.flow]);
    arrivals.push({ stream: index, atMs, bytes: mbps * 125 * everyMs });
  }
  return arrivals;
}

function cumulative(
  arrivals: readonly { stream: number; atMs: number; bytes: number }[],
  streams: readonly number[],
  { startMs, endMs, everyMs }: { startMs: number; endMs: number; everyMs: number },
): ReceivedCount[] {
  const sorted = arrivals.toSorted((a, b) => a.atMs - b.atMs);
  const totals = new Map(streams.map((stream) => [stream, 0]));
  const counts: ReceivedCount[] = [];
  let next = 0;
  for (let atMs = startMs + everyMs; atMs <= endMs; atMs += everyMs) {
    for (let each = sorted[next]; each !== undefined && each.atMs <= atMs; each = sorted[next]) {
      totals.set(each.stream, (totals.get(each.stream) ?? 0) + each.bytes);
      next += 1;
    }
    counts.push({ atMs, bytes: [...totals] });
  }
  return counts;
}
