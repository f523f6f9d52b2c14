import { backoffMs, SOCKET_BACKOFF } from '../shared/backoff.ts';
import { keepAlive } from '../shared/keep-alive.ts';
import type { StreamRegistry } from '../shared/registry.ts';

/** How long an attempt to connect may take, in milliseconds. */
const CONNECT_MS = 3000;

export interface ProbeSocketOptions {
  readonly url: string;
  readonly registry: StreamRegistry;
  readonly after: (delayMs: number, run: () => void) => () => void;
  readonly onUp: (socket: WebSocket) => void;
  readonly onDown: (reason: string) => void;
  readonly onMessage: (event: MessageEvent) => void;
}

/** Keeps one WebSocket to the ping server, opened again with a growing wait whenever it is lost, until it is closed. Returns what closes it. */
export function keepProbeSocket(options: ProbeSocketOptions): () => void {
  const { registry, after } = options;
  let failures = 0;
  let closed = false;
  let socket: WebSocket | undefined;
  let cancelTimer = (): void => {};
  let letGo = (): void => {};
  const close = (): void => {
    closed = true;
    cancelTimer();
    letGo();
    if (!socket || socket.readyState === WebSocket.CLOSED) keeper.release();
    else socket.close();
  };
  const keeper = registry.open({ kind: 'socket', label: 'WebSocket probes', cancel: close });

  function connect(): void {
    const attempt = new WebSocket(options.url);
    socket = attempt;
    attempt.binaryType = 'arraybuffer';
    let up = false;
    cancelTimer = after(CONNECT_MS, () => attempt.close());
    attempt.addEventListener('open', () => {
      cancelTimer();
      if (closed) return;
      up = true;
      failures = 0;
      letGo = keepAlive(attempt);
      options.onUp(attempt);
    });
    attempt.addEventListener('message', (event: MessageEvent) => {
      options.onMessage(event);
      keeper.touch();
    });
    attempt.addEventListener('close', (event) => {
      cancelTimer();
      letGo();
      if (closed) return keeper.release();
      failures += 1;
      if (up) options.onDown(event.reason || `the connection to the ping server was lost (code ${event.code})`);
      cancelTimer = after(backoffMs(failures, SOCKET_BACKOFF, Math.random()), connect);
      return undefined;
    });
  }

  connect();
  return close;
}
