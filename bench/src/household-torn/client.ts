import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  FRAME_HEADER_BYTES,
  HOUSEHOLD_PROFILES,
  type SessionRequest,
  type UserProfile,
  writeFrameHeader,
} from '@rowhouse/bufferbloat-protocol';
import { discover, takeHouseholdTicket } from '../shared/household.ts';
import { frame, textFrame, upgradeRequest } from '../shared/frames.ts';
import type { Random } from '../shared/random.ts';

/** How far a session gets before its client is gone; `mid-frame` leaves half a message of traffic behind. */
export const MOMENTS = [
  'half-open',
  'mid-handshake',
  'before-start',
  'mid-start',
  'in-traffic',
  'mid-frame',
  'while-stopping',
] as const;
export type Moment = (typeof MOMENTS)[number];

/**
 * How a client goes: it says goodbye and closes, closes without a word, resets, sends its end and reads on, or falls
 * silent with its socket still open (a peer that vanished: nothing is read, written or closed any more).
 */
export const MANNERS = ['goodbye', 'close', 'reset', 'half-close', 'vanish'] as const;
export type Manner = (typeof MANNERS)[number];

export interface Torn {
  readonly userId: string;
  readonly moment: Moment;
  readonly manner: Manner;
  /** The server had taken the session. */
  readonly opened: boolean;
  /** Sockets that the client still holds open. */
  readonly left: readonly Socket[];
}

export interface ClientOptions {
  readonly random: Random;
  readonly mainPort: number;
  /** Loopback address to come from. */
  readonly from: string;
  /** Through the main server, which passes it on, instead of directly. */
  readonly passedOn: boolean;
}

const FRAME_BYTES = 1465;

/** Opens a session on a bare socket, gets to a random moment and tears it there in a random manner. */
export async function tearSession({ random, mainPort, from, passedOn }: ClientOptions): Promise<Torn> {
  const profile = random.pick(HOUSEHOLD_PROFILES);
  const userId = profile.id;
  const moment = random.pick(MOMENTS);
  const manner = random.pick(MANNERS);
  const { token } = await takeHouseholdTicket(mainPort, from);
  const { websocket_url: address } = await discover(mainPort, from, userId, token);
  const url = new URL(address);
  const socket = connect({ host: '127.0.0.1', port: passedOn ? mainPort : Number(url.port), localAddress: from });
  socket.on('error', () => {}); // the server may end it first
  await once(socket, 'connect');
  const request = upgradeRequest(url.pathname + url.search);
  let opened = false;
  if (moment === 'mid-handshake') socket.write(request.slice(0, 1 + random.int(request.length - 1)));
  else if (moment !== 'half-open') {
    socket.write(request);
    const [answer] = (await Promise.race([once(socket, 'data'), once(socket, 'close')])) as [unknown];
    opened = Buffer.isBuffer(answer) && answer.toString('latin1').startsWith('HTTP/1.1 101');
  }
  socket.resume();
  if (opened) await goOn(socket, moment, profile, random);
  await sleep(random.int(400));
  leave(socket, manner, opened);
  return { userId, moment, manner, opened, left: socket.destroyed ? [] : [socket] };
}

async function goOn(socket: Socket, moment: Moment, profile: UserProfile, random: Random): Promise<void> {
  const start = textFrame(JSON.stringify({ type: 'start', baseOneWayMs: 0 } satisfies SessionRequest));
  if (moment === 'before-start') return;
  if (moment === 'mid-start') {
    socket.write(start.subarray(0, 1 + random.int(start.byteLength - 1)));
    return;
  }
  socket.write(start);
  if (moment === 'mid-frame') {
    const whole = random.int(5);
    for (let sequence = 0; sequence < whole; sequence += 1) socket.write(trafficFrame(profile, sequence));
    const torn = trafficFrame(profile, whole);
    socket.write(torn.subarray(0, 1 + random.int(torn.byteLength - 1)));
  } else if (moment === 'while-stopping') {
    await sleep(random.int(200));
    socket.write(textFrame(JSON.stringify({ type: 'stop' } satisfies SessionRequest)));
  }
}

/** A message of the profile's first uplink. */
function trafficFrame({ streams }: UserProfile, sequence: number): Buffer {
  const payload = Buffer.alloc(FRAME_BYTES);
  const view = new DataView(payload.buffer, payload.byteOffset, FRAME_HEADER_BYTES);
  const nothing = { keyFrame: false, quality: 0, unit: 0, unitBytes: 0, sentAfterMs: 0, ackBytes: 0 };
  const stream = streams.findIndex(({ flow }) => flow === 'upload');
  writeFrameHeader(view, { ...nothing, stream, sequence, dueMs: Date.now() });
  return frame({ opcode: 2, payload });
}

function leave(socket: Socket, manner: Manner, opened: boolean): void {
  if (manner === 'vanish') socket.pause();
  else if (manner === 'reset') socket.resetAndDestroy();
  else if (manner === 'half-close') socket.end();
  else if (manner === 'goodbye' && opened) socket.end(frame({ opcode: 8, payload: Buffer.from([0x03, 0xe8]) }));
  else socket.destroy();
}
