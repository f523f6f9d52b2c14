import type { SegmentStream } from '@rowhouse/bufferbloat-protocol';
import { SegmentPlan } from './segment-plan.ts';

/** A part of a segment, as it arrives. */
export interface PlayerChunk {
  readonly unit: number;
  readonly unitBytes: number;
  readonly quality: number;
  readonly bytes: number;
}

export interface PlayerSummary {
  /** From wanting to see until seeing; `null`: never. */
  readonly startupMs: number | null;
  /** Times that the picture stood still, the one under way included. */
  readonly stalls: number;
  readonly stallMs: number;
  /** Quality of each segment that began to come, as an index into the stream's qualities, in order. */
  readonly qualities: readonly number[];
}

/** A player that ran dry goes on with so much in hand, in milliseconds of film. */
const RESUME_MS = 2000;

/**
 * A player of segments with a buffer, stepped by the times that it is given: fed live by what arrives, or afterwards by a
 * recording, it does the same. Every segment plays for the whole period of the stream; a part of it plays for its share.
 *
 * Play begins when the first segment is complete. It stalls when it reaches the end of what is there, until the segment
 * that it waits in is complete or 2 s are there. Which quality it wants next is said by `SegmentPlan`.
 */
export class Player {
  readonly #periodMs: number;
  readonly #startMs: number;
  readonly #plan: SegmentPlan;
  readonly #qualities: number[] = [];
  /** Media of the segments before the one that is coming, and the share of that one that is there. */
  #wholeMs = 0;
  #partBytes = 0;
  #partOf: { readonly unit: number; readonly unitBytes: number } | undefined;
  #completed = 0;
  #nowMs: number;
  #playedMs = 0;
  #startupMs: number | null = null;
  /** Since when it stalls, and how many segments were complete then. */
  #stall: { readonly fromMs: number; readonly completed: number } | undefined;
  #stalls = 0;
  #stalledMs = 0;

  /** @param startMs when the first segment was due, in the clock of every other time */
  constructor(stream: SegmentStream, startMs: number) {
    this.#periodMs = stream.onMs + stream.offMs;
    this.#startMs = startMs;
    this.#nowMs = startMs;
    this.#plan = new SegmentPlan(stream, startMs);
  }

  get state(): 'starting' | 'playing' | 'stalled' {
    if (this.#startupMs === null) return 'starting';
    return this.#stall === undefined ? 'playing' : 'stalled';
  }

  /** The quality that it wants from the next segment on, an index into the stream's qualities. */
  get quality(): number {
    return this.#plan.quality;
  }

  /** How much film is there beyond the picture that is shown, in milliseconds. */
  get bufferedMs(): number {
    return this.#availableMs - this.#playedMs;
  }

  /** Takes what arrived at `atMs`; chunks come in the order of arrival. */
  chunk(chunk: PlayerChunk, atMs: number): void {
    this.advance(atMs);
    if (chunk.unit !== this.#partOf?.unit) this.#begin(chunk);
    this.#partBytes += chunk.bytes;
    this.#plan.arrived(chunk.bytes, this.#nowMs);
    if (this.#partBytes >= chunk.unitBytes && this.#completed < this.#qualities.length) this.#complete(chunk.unit);
    this.#resume();
  }

  /** Lets the time pass until `nowMs`; an earlier time than before changes nothing. */
  advance(nowMs: number): void {
    const passedMs = nowMs - this.#nowMs;
    if (passedMs <= 0) return;
    if (this.state === 'playing') {
      const leftMs = this.bufferedMs;
      this.#playedMs += Math.min(passedMs, leftMs);
      if (passedMs > leftMs) {
        this.#stall = { fromMs: this.#nowMs + leftMs, completed: this.#completed };
        this.#stalls += 1;
      }
    }
    this.#nowMs = nowMs;
    this.#plan.advance(nowMs);
  }

  /** What happened until the last time that it was given. */
  summary(): PlayerSummary {
    const underWayMs = this.#stall === undefined ? 0 : this.#nowMs - this.#stall.fromMs;
    return {
      startupMs: this.#startupMs,
      stalls: this.#stalls,
      stallMs: this.#stalledMs + underWayMs,
      qualities: [...this.#qualities],
    };
  }

  get #availableMs(): number {
    const share = this.#partOf === undefined ? 0 : Math.min(1, this.#partBytes / this.#partOf.unitBytes);
    return this.#wholeMs + share * this.#periodMs;
  }

  #begin({ unit, unitBytes, quality }: PlayerChunk): void {
    this.#wholeMs = this.#availableMs;
    this.#partOf = { unit, unitBytes };
    this.#partBytes = 0;
    this.#qualities.push(quality);
    // A segment that was left unfinished is behind us: what play waits for is the one that comes now.
    this.#completed = this.#qualities.length - 1;
  }

  #complete(unit: number): void {
    this.#completed += 1;
    this.#startupMs ??= this.#nowMs - this.#startMs;
    this.#plan.completed(unit, this.#nowMs);
  }

  #resume(): void {
    if (this.#stall === undefined) return;
    if (this.#completed <= this.#stall.completed && this.bufferedMs < RESUME_MS) return;
    this.#stalledMs += this.#nowMs - this.#stall.fromMs;
    this.#stall = undefined;
  }
}
