// A test in progress, in a process of its own: a download at a steady rate and probes beside it, for so many seconds.
import { LIMITS, MAIN_PATHS } from '@rowhouse/bufferbloat-protocol';
import { get, type IncomingMessage } from 'node:http';
import { websocketEcho } from './echoes.ts';
import { openTelemetry } from './loads.ts';
import { probe } from './probing.ts';
import { programSettings } from './programs.ts';
import { takeTicket } from './tickets.ts';

export interface WitnessSettings {
  readonly mainPort: number;
  readonly pingPort: number;
  /** Loopback address to come from. */
  readonly from: string;
  readonly seconds: number;
  /** The rate at which the download is read, as a line of that rate would. */
  readonly rateMbps: number;
}

export interface WitnessResult {
  readonly rttsMs: readonly number[];
  readonly unanswered: number;
  /** The rate found over the whole time. */
  readonly mbps: number;
}

const { mainPort, pingPort, from, seconds, rateMbps } = programSettings<WitnessSettings>();
const ticket = await takeTicket(mainPort, from);
await openTelemetry({ mainPort, ticket, from });
const echo = await websocketEcho({ port: pingPort, token: ticket.token, from });

const limits = `bytes=${LIMITS.downloadBytes}&durationMs=${LIMITS.downloadMs}`;
const query = `token=${encodeURIComponent(ticket.token)}&${limits}`;
const download = await new Promise<IncomingMessage>((resolve, reject) => {
  get(
    { host: '127.0.0.1', port: mainPort, path: `${MAIN_PATHS.download}?${query}`, localAddress: from },
    (response) => {
      if (response.statusCode === 200) resolve(response);
      else reject(new Error(`the download was refused with ${response.statusCode}`));
    },
  ).on('error', reject);
});

const startMs = performance.now();
let bytes = 0;
download.on('data', (chunk: Buffer) => {
  bytes += chunk.byteLength;
  const dueMs = (bytes * 8) / (rateMbps * 1000);
  const aheadMs = dueMs - (performance.now() - startMs);
  if (aheadMs < 2) return;
  download.pause();
  setTimeout(() => download.resume(), aheadMs);
});
download.on('error', () => {}); // a download cut short shows in the rate
const { rttsMs, unanswered } = await probe(echo, { perS: 50, seconds });
const mbps = (bytes * 8) / 1000 / (performance.now() - startMs);
const result: WitnessResult = { rttsMs, unanswered, mbps };
process.stdout.write(JSON.stringify(result), () => process.exit());
