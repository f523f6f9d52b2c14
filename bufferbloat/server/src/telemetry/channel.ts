import { telemetryRequestSchema, type TelemetryRequest } from '@rowhouse/bufferbloat-protocol';
import type { RawData, WebSocket } from 'ws';
import type { Listener, Test } from './test.ts';
import type { Tests } from './tests.ts';

const DEFAULT_INTERVAL_MS = 100;
/** About half a minute of ticks: whoever has not read those does not read. */
const MOST_UNREAD_BYTES = 64 * 1024;
/** A client has no reason to say more than a few things in a test. */
const MOST_MESSAGES = 200;
const PING_EVERY_MS = 5_000;
/** Without any sign of life for so long the client is gone, although nothing says so (a lost network). */
const SILENCE_MS = 20_000;

const POLICY_VIOLATION = 1008;
const GOING_AWAY = 1001;

/** Speaks the telemetry protocol on an opened socket until either side closes it. */
export function serveTelemetry(webSocket: WebSocket, test: Test, tests: Tests): void {
  let intervalMs = DEFAULT_INTERVAL_MS;
  let messages = 0;
  let aliveAtMs = tests.nowMs;
  let pingedAtMs = tests.nowMs;

  const listener: Listener = {
    get intervalMs() {
      return intervalMs;
    },
    tick(tick) {
      if (webSocket.bufferedAmount > MOST_UNREAD_BYTES || tick.timeMs - aliveAtMs > SILENCE_MS) {
        webSocket.terminate();
        return;
      }
      webSocket.send(JSON.stringify(tick));
      if (tick.timeMs - pingedAtMs < PING_EVERY_MS) return;
      pingedAtMs = tick.timeMs;
      webSocket.ping();
    },
    close: () => webSocket.close(GOING_AWAY),
  };

  webSocket.on('message', (data, isBinary) => {
    aliveAtMs = tests.nowMs;
    messages += 1;
    const request = isBinary || messages > MOST_MESSAGES ? undefined : parseRequest(data);
    if (!request) webSocket.close(POLICY_VIOLATION);
    else if (request.type === 'interval') intervalMs = request.intervalMs;
    else test.stopLoad(request.direction);
  });
  webSocket.on('pong', () => {
    aliveAtMs = tests.nowMs;
  });
  webSocket.on('error', () => {}); // a broken frame; the close that follows tells the rest
  webSocket.once('close', () => test.unlisten(listener, tests.nowMs));
  test.listen(listener);
}

function parseRequest(data: RawData): TelemetryRequest | undefined {
  try {
    return telemetryRequestSchema.safeParse(JSON.parse(Buffer.isBuffer(data) ? data.toString() : '')).data;
  } catch {
    return undefined;
  }
}
