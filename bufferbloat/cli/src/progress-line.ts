import { mbps, ms } from './format.ts';
import type { Progress } from './rates.ts';

const BAR_CELLS = 20;

/** Where a test stands, on one line. */
export function progressLine(progress: Progress): string {
  const { phase, draining, elapsedMs, totalMs, latencyMs } = progress;
  const done = Math.min(BAR_CELLS, Math.round((BAR_CELLS * elapsedMs) / totalMs));
  const bar = `${'#'.repeat(done)}${'.'.repeat(BAR_CELLS - done)}`;
  const what = draining ? 'waiting for the queue to drain' : (phase ?? 'waiting for the last replies');
  const seconds = `${Math.floor(elapsedMs / 1000)}/${Math.round(totalMs / 1000)} s`;
  const rates = [
    ...(progress.downloadMbps > 0 ? [`down ${mbps(progress.downloadMbps)}`] : []),
    ...(progress.uploadMbps > 0 ? [`up ${mbps(progress.uploadMbps)}`] : []),
  ];
  return [`[${bar}]`, seconds, what, ...(latencyMs === undefined ? [] : [ms(latencyMs)]), ...rates].join('  ');
}

/** Draws that line again and again on a terminal; says nothing anywhere else. */
export class ProgressLine {
  readonly #stream: NodeJS.WriteStream;
  #drawnMs = 0;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  draw(progress: Progress): void {
    if (!this.#stream.isTTY || progress.elapsedMs - this.#drawnMs < 100) return;
    this.#drawnMs = progress.elapsedMs;
    this.#stream.write(`\r\u001B[2K${progressLine(progress).slice(0, this.#stream.columns)}`);
  }

  clear(): void {
    if (this.#stream.isTTY) this.#stream.write('\r\u001B[2K');
  }
}
