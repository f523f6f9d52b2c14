import { type TelemetryRequest, type TelemetryTick, telemetryTickSchema } from '@rowhouse/bufferbloat-protocol';
import type { StreamRegistry } from '../shared/registry.ts';

/** No tick for this long, and the server is taken to be gone; a queue of seconds must not look like that. In milliseconds. */
const SILENCE_MS = 10_000;

export interface TelemetryOptions {
  readonly url: string;
  readonly registry: StreamRegistry;
  /** Calls back once after `delayMs`; returns what cancels it. */
  readonly after: (delayMs: number, run: () => void) => () => void;
  readonly onOpen: () => void;
  readonly onTick: (tick: TelemetryTick) => void;
  /** It closed, broke or fell silent without being asked to; never called twice. */
  readonly onLost: () => void;
}

export interface Telemetry {
  send(request: TelemetryRequest): void;
}

/** One telemetry socket. It is the test's lifeline: the server ends all load of the test when it closes. */
export function openTelemetry(options: TelemetryOptions): Telemetry {
  const socket = new WebSocket(options.url);
  let over = false;
  const stream = options.registry.open({
    kind: 'socket',
    label: 'telemetry',
    cancel: () => {
      over = true;
      cancelSilence();
      socket.close();
    },
  });
  const lost = (): void => {
    if (over) return;
    over = true;
    cancelSilence();
    socket.close();
    options.onLost();
  };
  let cancelSilence = options.after(SILENCE_MS, lost);

  socket.addEventListener('open', () => {
    if (!over) options.onOpen();
  });
  socket.addEventListener('message', (event: MessageEvent<unknown>) => {
    const tick = telemetryTickSchema.safeParse(parsed(event.data));
    if (over || !tick.success) return;
    cancelSilence();
    cancelSilence = options.after(SILENCE_MS, lost);
    stream.touch();
    options.onTick(tick.data);
  });
  socket.addEventListener('close', () => {
    stream.release();
    lost();
  });

  return {
    send: (request) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(request));
    },
  };
}

function parsed(text: unknown): unknown {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}
