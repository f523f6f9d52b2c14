// A client that is a nuisance to its server: one that stops reading, or one whose line is too slow for its user.
import {
  HOUSEHOLD_PROFILES,
  MAIN_PATHS,
  ticketSchema,
  TOKEN_PARAMETER,
  USER_PATHS,
} from '@rowhouse/bufferbloat-protocol';
import { WebSocket } from 'ws';
import { PrebuiltFrames } from '../household/frames.ts';
import { programSettings } from '../shared/programs.ts';

export interface NuisanceSettings {
  readonly host: string;
  readonly mainPort: number;
  readonly userId: string;
  readonly kind: 'stopped' | 'slow';
}

/** What it says when the server has begun to send to it. */
export const READY = 'ready';

const ACK_EVERY_MS = 20;

const { host, mainPort, userId, kind } = programSettings<NuisanceSettings>();
const port = HOUSEHOLD_PROFILES.find(({ id }) => id === userId)?.port ?? 0;
const answer = await fetch(`http://${host}:${mainPort}${MAIN_PATHS.tests}?mode=household`, { method: 'POST' });
const { token } = ticketSchema.parse(await answer.json());
const socket = new WebSocket(`ws://${host}:${port}${USER_PATHS.session}/${userId}?${TOKEN_PARAMETER}=${token}`, {
  perMessageDeflate: false,
});
let receivedBytes = 0;
socket.on('open', () => socket.send(JSON.stringify({ type: 'start', adaptive: false, baseOneWayMs: 0 })));
socket.on('message', (data: Buffer, binary) => {
  if (binary) receivedBytes += data.byteLength;
  else if (data.includes('"started"')) {
    process.stdout.write(`${READY}\n`);
    if (kind === 'stopped') socket.pause();
  }
});
socket.on('close', () => process.exit(1)); // it must last as long as the round
setInterval(() => {}, 60_000); // nothing else keeps a program alive that does not read
if (kind === 'slow') {
  const frames = new PrebuiltFrames();
  const nowMs = () => performance.timeOrigin + performance.now();
  setInterval(() => {
    // `ws` masks on its own: only what lies behind the prebuilt head is the message.
    if (socket.readyState === socket.OPEN)
      socket.send(frames.acknowledgement(nowMs(), receivedBytes >>> 0).subarray(-32));
  }, ACK_EVERY_MS);
}
