import { once } from 'node:events';
import { type TelemetryRequest, type TelemetryTick, telemetryTickSchema } from '@rowhouse/bufferbloat-protocol';
import { WebSocket } from 'ws';
import { CliError, messageOf } from './errors.ts';
import { parseJson } from './http.ts';

/** The server's reports on a test; while it is open the server keeps the test's load running. */
export interface Telemetry {
  send(request: TelemetryRequest): void;
  /** Ends the test on the server, with all its load connections. */
  close(): void;
}

export interface TelemetryEvents {
  readonly tick: (tick: TelemetryTick) => void;
  /** It broke, and with it the test. */
  readonly lost: (error: CliError) => void;
}

const OPEN_MS = 10_000;
const MOST_TICK_BYTES = 64 * 1024;

/** Opens the telemetry socket. Throws `connection-lost`. */
export async function openTelemetry(url: URL, signal: AbortSignal, events: TelemetryEvents): Promise<Telemetry> {
  const socket = new WebSocket(url, {
    perMessageDeflate: false,
    handshakeTimeout: OPEN_MS,
    maxPayload: MOST_TICK_BYTES,
  });
  try {
    await once(socket, 'open', { signal });
  } catch (error) {
    socket.on('error', () => {}); // what comes after giving up
    socket.terminate();
    throw new CliError('connection-lost', `the telemetry connection failed: ${messageOf(error)}`);
  }
  let closing = false;
  const lose = (error: CliError): void => {
    if (closing) return;
    closing = true;
    socket.terminate();
    events.lost(error);
  };
  socket.on('error', (error) =>
    lose(new CliError('connection-lost', `the telemetry connection broke: ${error.message}`)),
  );
  socket.on('close', () => lose(new CliError('connection-lost', 'the server closed the telemetry connection')));
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    const { data: tick } = telemetryTickSchema.safeParse(isBinary ? undefined : parseJson(data.toString('utf8')));
    if (tick === undefined) lose(new CliError('bad-answer', 'the server sent telemetry that cannot be read'));
    else if (!closing) events.tick(tick);
  });
  return {
    send: (request) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(request));
    },
    close: () => {
      closing = true;
      // Not a close handshake: under load it would wait for the queue, and the server for it.
      socket.terminate();
    },
  };
}
