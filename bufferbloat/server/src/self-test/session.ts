import { streamsOf, TrafficSender } from '@rowhouse/bufferbloat-engine';
import {
  ACK_STREAM,
  FRAME_HEADER_BYTES,
  readFrameHeader,
  sessionMessageSchema,
  writeFrameHeader,
  type FrameHeader,
  type SessionMessage,
  type UserProfile,
} from '@rowhouse/bufferbloat-protocol';
import { unixNowMs } from '../clock.ts';
import { judgeFlow } from './judge.ts';
import { openSocket, type TestSocket } from './web-socket.ts';

/** How much traffic is looked at. */
const TRAFFIC_MS = 2_000;
const STEP_MS = 5;

type Hello = Extract<SessionMessage, { type: 'hello' }>;
type Report = Extract<SessionMessage, { type: 'report' }>;

/**
 * Runs one session with its traffic in both directions for two seconds.
 *
 * @param check looks at the server's first words; throws when they are wrong
 * @returns the rates, for people
 * @throws Error when a stream has another rate than its profile says, or something did not arrive
 */
export async function runSession(url: string, profile: UserProfile, check: (hello: Hello) => void): Promise<string> {
  const arrived = new Map<number, number>();
  let receivedBytes = 0;
  let startMs = 0;
  let sender: TrafficSender | undefined;
  let timer: NodeJS.Timeout | undefined;
  let report: Report | undefined;

  const step = (socket: TestSocket) => {
    const nowMs = unixNowMs();
    if (nowMs >= startMs + TRAFFIC_MS) {
      clearInterval(timer);
      socket.send(JSON.stringify({ type: 'stop' }));
      return;
    }
    sender?.step(nowMs, (message) => {
      socket.send(frame({ ...message, sentAfterMs: nowMs - message.dueMs, ackBytes: receivedBytes }, message.bytes));
      return true;
    });
    const nothing = { stream: ACK_STREAM, keyFrame: false, quality: 0, sequence: 0, unit: 0, unitBytes: 0 };
    socket.send(frame({ ...nothing, dueMs: nowMs, sentAfterMs: 0, ackBytes: receivedBytes }, FRAME_HEADER_BYTES));
  };
  const socket = openSocket(url, (data, isBinary) => {
    if (isBinary) {
      receivedBytes += data.byteLength;
      const header = readFrameHeader(data);
      if (!header) throw new Error('a message without a header');
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
    } else if (message.type === 'report') report = message;
    else if (message.type === 'stopped') socket.done();
    else throw new Error(message.message);
  });
  try {
    await socket.over;
  } finally {
    clearInterval(timer);
  }
  if (!report || !sender) throw new Error('no report came');
  const down = judgeFlow(profile, 'download', report.sent, arrived, report.timeMs - startMs);
  const up = judgeFlow(profile, 'upload', sender.counts(), new Map(report.receivedBytes), TRAFFIC_MS);
  return `${down} down, ${up} up`;
}

function frame(header: FrameHeader, bytes: number): Buffer {
  const message = Buffer.alloc(bytes);
  writeFrameHeader(new DataView(message.buffer, message.byteOffset, message.byteLength), header);
  return message;
}
