import type { ByteCount, ConductorState } from '@rowhouse/bufferbloat-engine';
import type { PhaseId, TelemetryTick } from '@rowhouse/bufferbloat-protocol';

/** Where a test stands, for people to look at. */
export interface Progress {
  readonly phase: PhaseId | null;
  readonly draining: boolean;
  readonly elapsedMs: number;
  readonly totalMs: number;
  /** The latest round trip; `undefined` before the first. */
  readonly latencyMs: number | undefined;
  readonly downloadMbps: number;
  readonly uploadMbps: number;
}

export interface RateReport {
  readonly direction: 'download' | 'upload';
  readonly mbps: number;
}

/** How often downloads are counted, in milliseconds; uploads are counted by the server. */
const COUNT_EVERY_MS = 100;
/** How often a download rate is told. */
const REPORT_EVERY_MS = 250;

/** Counts what arrives while a test runs, and turns it into recent rates. */
export class Rates {
  /** Bytes read since the test began, on our clock. */
  readonly downloads: ByteCount[] = [];
  latencyMs: number | undefined;
  #reported: ByteCount | undefined;
  #uploaded: readonly [serverMs: number, bytes: number] | undefined;
  #downloadMbps = 0;
  #uploadMbps = 0;

  /** Notes what has been read by now. @returns the rate since the report before, when one is due */
  downloaded(nowMs: number, bytes: number): RateReport | undefined {
    const last = this.downloads.at(-1);
    if (last === undefined || nowMs - last.atMs >= COUNT_EVERY_MS) this.downloads.push({ atMs: nowMs, bytes });
    this.#reported ??= { atMs: nowMs, bytes };
    const sinceMs = nowMs - this.#reported.atMs;
    if (sinceMs < REPORT_EVERY_MS) return undefined;
    this.#downloadMbps = ((bytes - this.#reported.bytes) * 8) / sinceMs / 1000;
    this.#reported = { atMs: nowMs, bytes };
    return { direction: 'download', mbps: this.#downloadMbps };
  }

  /** Notes what the server has received. @returns the rate since the tick before, if there was one */
  uploaded({ upload }: TelemetryTick): RateReport | undefined {
    const before = this.#uploaded;
    const last = upload.at(-1);
    if (last === undefined) return undefined;
    this.#uploaded = last;
    if (before === undefined || last[0] <= before[0]) return undefined;
    this.#uploadMbps = ((last[1] - before[1]) * 8) / (last[0] - before[0]) / 1000;
    return { direction: 'upload', mbps: this.#uploadMbps };
  }

  progress({ phase, draining, elapsedMs, totalMs, load }: ConductorState): Progress {
    return {
      phase,
      draining,
      elapsedMs,
      totalMs,
      latencyMs: this.latencyMs,
      downloadMbps: load.download > 0 ? this.#downloadMbps : 0,
      uploadMbps: load.upload > 0 ? this.#uploadMbps : 0,
    };
  }
}
