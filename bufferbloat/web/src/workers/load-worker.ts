import { telemetryIntervalAt } from '@rowhouse/bufferbloat-engine';
import { LIMITS, MAIN_PATHS, type TelemetryTick } from '@rowhouse/bufferbloat-protocol';
import { endpoint, socketEndpoint } from '../shared/addresses.ts';
import { ByteSeries } from '../shared/byte-series.ts';
import { nowMs } from '../shared/clock.ts';
import type { LoadCommand, LoadEvent, LoadFailure } from '../shared/messages.ts';
import { uploadSize } from '../shared/upload-size.ts';
import { download } from './download.ts';
import { LoadGroup } from './load-group.ts';
import { startPulse } from './pulse.ts';
import { after, registry, report, serveCommon } from './scope.ts';
import { openTelemetry, type Telemetry } from './telemetry.ts';
import { upload } from './upload.ts';

const PULSE_MS = 50;
/** The window of the rates that bodies and telemetry are adapted to, in milliseconds. */
const RATE_WINDOW_MS = 1000;
/** The least time between two wishes for another interval of ticks, in milliseconds. */
const ASK_MS = 1000;

/** All load of one test, and the telemetry that tells what it does at the server. */
class Load {
  readonly #telemetry: Telemetry;
  readonly #downloads: LoadGroup;
  readonly #uploads: LoadGroup;
  readonly #downloaded = new ByteSeries();
  readonly #uploaded = new ByteSeries();
  #bytes = 0;
  #bytesAtPulse = 0;
  #lastReadMs = 0;
  #tickIntervalMs = 100;
  #askedMs = 0;
  #failed = false;

  constructor(base: string, token: string) {
    this.#telemetry = openTelemetry({
      url: socketEndpoint(base, MAIN_PATHS.telemetry, token),
      registry,
      after,
      onOpen: () => report<LoadEvent>({ type: 'up' }),
      onTick: (tick) => this.#ticked(tick),
      onLost: () => this.#fail({ code: 'telemetry-lost' }),
    });
    const shared = {
      nowMs,
      after,
      onFailed: (failure: LoadFailure) => this.#fail(failure),
    };
    const downloadUrl = endpoint(base, MAIN_PATHS.download, token, { durationMs: String(LIMITS.downloadMs) }).href;
    const uploadUrl = endpoint(base, MAIN_PATHS.upload, token).href;
    this.#downloads = new LoadGroup({
      ...shared,
      attempt: (signal) => download({ url: downloadUrl, signal, registry, onBytes: (bytes) => this.#read(bytes) }),
    });
    this.#uploads = new LoadGroup({
      ...shared,
      attempt: (signal) => upload({ url: uploadUrl, size: this.#uploadSize(), signal, registry }),
    });
    startPulse({
      everyMs: PULSE_MS,
      onPulse: () => this.#tell(nowMs()),
      onEnd: () => {
        // Or each connection that is cancelled would be replaced.
        this.#downloads.setTarget(0);
        this.#uploads.setTarget(0);
      },
    });
  }

  setTarget(target: { readonly download: number; readonly upload: number }): void {
    this.#end('download', this.#downloads, target.download);
    this.#end('upload', this.#uploads, target.upload);
    this.#downloads.setTarget(target.download);
    this.#uploads.setTarget(target.upload);
  }

  /** The server resets what a browser leaves in its kernel's buffers; those bytes would fill the next phase's queue. */
  #end(direction: 'download' | 'upload', group: LoadGroup, target: number): void {
    if (target > 0 || group.connections === 0) return;
    group.setTarget(0);
    this.#telemetry.send({ type: 'stop-load', direction });
  }

  #read(bytes: number): void {
    this.#bytes += bytes;
    this.#lastReadMs = nowMs();
  }

  #ticked(tick: TelemetryTick): void {
    for (const [atMs, bytes] of tick.upload) this.#uploaded.add({ atMs, bytes });
    report<LoadEvent>({ type: 'tick', tick });
  }

  #uploadSize(): ReturnType<typeof uploadSize> {
    const rateMbps = this.#uploaded.rateMbps(RATE_WINDOW_MS);
    return uploadSize(rateMbps ? rateMbps / Math.max(1, this.#uploads.connections) : undefined);
  }

  #tell(atMs: number): void {
    // The total stands since the last read; when nothing came, it still stands now.
    const total = { atMs: this.#bytes > this.#bytesAtPulse ? this.#lastReadMs : atMs, bytes: this.#bytes };
    this.#bytesAtPulse = this.#bytes;
    this.#downloaded.add(total);
    report<LoadEvent>({ type: 'pulse', atMs, download: total });
    const rateMbps = this.#downloads.connections > 0 ? this.#downloaded.rateMbps(RATE_WINDOW_MS) : undefined;
    if (rateMbps) this.#askFor(telemetryIntervalAt(rateMbps));
  }

  /** Asks for another interval when it differs by a quarter, and not too often: asking is traffic too. */
  #askFor(intervalMs: number): void {
    const now = nowMs();
    if (now - this.#askedMs < ASK_MS || Math.abs(intervalMs - this.#tickIntervalMs) < this.#tickIntervalMs / 4) return;
    this.#askedMs = now;
    this.#tickIntervalMs = intervalMs;
    this.#telemetry.send({ type: 'interval', intervalMs });
  }

  #fail(failure: LoadFailure): void {
    if (this.#failed) return;
    this.#failed = true;
    report<LoadEvent>({ type: 'failed', failure });
  }
}

let load: Load | undefined;

addEventListener('message', (event: MessageEvent<LoadCommand>) => {
  const command = serveCommon<LoadCommand>(event.data);
  if (command?.type === 'open') load ??= new Load(command.base, command.token);
  if (command?.type === 'load') load?.setTarget(command);
});
