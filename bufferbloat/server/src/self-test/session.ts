import { isUnitStream, streamsOf, TrafficSender, unitBytes, unitDueMs } from '@rowhouse/bufferbloat-engine';
import {
  ACK_STREAM,
  FRAME_HEADER_BYTES,
  readFrameHeader,
  sessionMessageSchema,
  writeFrameHeader,
  type FrameHeader,
  type SessionMessage,
  type TrafficStream,
  type UserProfile,
} from '@rowhouse/bufferbloat-protocol';
import { unixNowMs } from '../clock.ts';
import { openSocket, type TestSocket } from './web-socket.ts';

/** How much traffic is looked at. */
const TRAFFIC_MS = 2_000;
/** For the last of it to arrive. */
const MARGIN_MS = 250;
const STEP_MS = 5;
/** How far a rate may be off, as a share. */
const TOLERANCE = 0.02;

type Hello = Extract<SessionMessage, { type: 'hello' }>;

/**
 * Runs one session with its traffic in both directions for two seconds.
 *
 * @param check looks at the server's first words; throws when they are wrong
 * @returns the rates, for people
 * @throws Error when a stream's rate is off by more than 2 %
 */
export async function runSession(url: string, profile: UserProfile, check: (hello: Hello) => void): Promise<string> {
  const arrived = new Map<number, number>();
  let receivedBytes = 0;
  let startMs = 0;
  let sender: TrafficSender | undefined;
  let timer: NodeJS.Timeout | undefined;
  let uplink: readonly (readonly [number, number])[] = [];

  const step = (socket: TestSocket) => {
    const nowMs = unixNowMs();
    if (nowMs >= startMs + TRAFFIC_MS + MARGIN_MS) {
      clearInterval(timer);
      socket.send(JSON.stringify({ type: 'stop' }));
      return;
    }
    if (nowMs < startMs + TRAFFIC_MS) {
      sender?.step(nowMs, (message) => {
        socket.send(frame({ ...message, sentAfterMs: nowMs - message.dueMs, ackBytes: receivedBytes }, message.bytes));
        return true;
      });
    }
    const nothing = { stream: ACK_STREAM, keyFrame: false, quality: 0, sequence: 0, unit: 0, unitBytes: 0 };
    socket.send(frame({ ...nothing, dueMs: nowMs, sentAfterMs: 0, ackBytes: receivedBytes }, FRAME_HEADER_BYTES));
  };
  const socket = openSocket(url, (data, isBinary) => {
    if (isBinary) {
      receivedBytes += data.byteLength;
      const header = readFrameHeader(data);
      if (!header) throw new Error('a message without a header');
      if (header.stream === ACK_STREAM || header.dueMs >= startMs + TRAFFIC_MS) return;
      arrived.set(header.stream, (arrived.get(header.stream) ?? 0) + data.byteLength);
      return;
    }
    const message = sessionMessageSchema.parse(JSON.parse(data.toString('utf8')));
    if (message.type === 'hello') {
      check(message);
      socket.send(JSON.stringify({ type: 'start', adaptive: false, baseOneWayMs: 0 }));
    } else if (message.type === 'started') {
      startMs = message.startMs;
      sender = new TrafficSender(streamsOf(profile.streams, 'upload'), startMs);
      timer = setInterval(() => step(socket), STEP_MS);
    } else if (message.type === 'report') uplink = message.receivedBytes;
    else if (message.type === 'stopped') socket.done();
    else throw new Error(message.message);
  });
  try {
    await socket.over;
  } finally {
    clearInterval(timer);
  }
  const down = compare(profile, 'download', arrived);
  const up = compare(profile, 'upload', new Map(uplink));
  return `${down} down, ${up} up`;
}

/** @returns `25.0 Mbit/s`; @throws Error that names the stream whose rate is wrong */
function compare(profile: UserProfile, flow: TrafficStream['flow'], arrived: ReadonlyMap<number, number>): string {
  let total = 0;
  for (const { index, stream } of streamsOf(profile.streams, flow)) {
    const bytes = arrived.get(index) ?? 0;
    const wanted = wantedBytes(stream);
    total += bytes;
    if (Math.abs(bytes - wanted) > wanted * TOLERANCE)
      throw new Error(`stream ${index} (${stream.kind}, ${flow}): ${mbps(bytes)} instead of ${mbps(wanted)}`);
  }
  return mbps(total);
}

/** What a stream sends within the time looked at, in bytes. */
function wantedBytes(stream: TrafficStream): number {
  if (!isUnitStream(stream)) {
    const activeMs = stream.kind === 'segments' ? Math.min(TRAFFIC_MS, stream.onMs) : TRAFFIC_MS;
    return (stream.mbps * 1000 * activeMs) / 8;
  }
  let bytes = 0;
  for (let sequence = 0; unitDueMs(stream, sequence) < TRAFFIC_MS; sequence += 1) bytes += unitBytes(stream, sequence);
  return bytes;
}

function frame(header: FrameHeader, bytes: number): Buffer {
  const message = Buffer.alloc(bytes);
  writeFrameHeader(new DataView(message.buffer, message.byteOffset, message.byteLength), header);
  return message;
}

const mbps = (bytes: number): string => `${((bytes * 8) / TRAFFIC_MS / 1000).toFixed(2)} Mbit/s`;
