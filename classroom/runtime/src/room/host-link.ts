import { timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Clock } from '@rowhouse/supervisor';
import { contentHead, createFrameDecoder, jsonFrame } from './frames.ts';
import { type HostMessage, type HostMessageOf, parseHostMessage, type ServerMessage } from './wire.ts';
import { WireError } from './wire-error.ts';

/** The connection with one room's host. Whatever goes wrong ends it, once, with `onClosed`. */
export interface HostLink {
  /** @returns false when the message is too long for a frame; nothing was sent then */
  send(message: ServerMessage): boolean;
  /** @param bytes at most 65,536 */
  sendContent(channel: number, kind: number, bytes: Uint8Array): void;
  /** Resolves when the host has taken most of what was sent, or the link is closed. */
  drained(): Promise<void>;
  /** The host is known to have ended: it is sent nothing more, and heard to the end. */
  ended(): void;
  close(): void;
}

export interface LinkHandlers {
  /** First of all, and only with the right token. */
  onReady(ready: HostMessageOf<'ready'>): void;
  /** @throws WireError when it makes no sense */
  onMessage(message: Exclude<HostMessage, { readonly t: 'ready' }>): void;
  /** `bytes` are good until it returns. @throws WireError when it makes no sense */
  onContent(channel: number, kind: number, bytes: Buffer): void;
  /** @param error `undefined`: it was closed from here, or the host ended */
  onClosed(error: Error | undefined): void;
}

/**
 * A room that says too much at once is read no further for a moment, so that it slows down only itself. In units of what
 * a frame of output costs here, about a microsecond.
 */
const PACE = { burst: 4_000, perMs: 20, pauseMs: 20 };
/** Of a message, which is checked; of output one. */
const MESSAGE_COST = 10;

/** The host does not read what it is sent. Content waits for `drained`, so this much is never under way. */
const MOST_UNSENT_BYTES = 16 * 1024 * 1024;

/** Longer than it takes, at that pace, to read what a socket holds. A descriptor that somebody inherited holds nothing up. */
const LAST_WORDS_MS = 3_000;

export function createHostLink(
  socket: Socket,
  token: string,
  clock: Pick<Clock, 'nowMs' | 'after'>,
  handlers: LinkHandlers,
): HostLink {
  const decoder = createFrameDecoder();
  let isReady = false;
  let isClosed = false;
  let isPaused = false;
  let hasEnded = false;
  let failure: Error | undefined;
  let credit = PACE.burst;
  let creditMs = clock.nowMs();
  let cancelPause = () => {};
  let cancelLast = () => {};
  let onDrained: (() => void)[] = [];

  const release = (): void => {
    const waiting = onDrained;
    onDrained = [];
    for (const resolve of waiting) resolve();
  };
  const close = (error?: Error): void => {
    if (isClosed) return;
    isClosed = true;
    cancelPause();
    cancelLast();
    socket.destroy();
    release();
    handlers.onClosed(error);
  };

  const take = (message: HostMessage): void => {
    if (message.t !== 'ready') {
      if (!isReady) throw new WireError(`${message.t} before ready`);
      return handlers.onMessage(message);
    }
    if (isReady) throw new WireError('ready twice');
    if (!isSame(message.token, token)) throw new WireError('a wrong token');
    isReady = true;
    handlers.onReady(message);
  };

  /** @returns whether there may be more to take now */
  const takeFrame = (): boolean => {
    const frame = isClosed || credit <= 0 ? undefined : decoder.next();
    if (frame === undefined) return false;
    credit -= frame.form === 'json' ? MESSAGE_COST : 1;
    if (frame.form === 'json') take(parseHostMessage(frame.content));
    else if (isReady) handlers.onContent(frame.channel, frame.kind, frame.content);
    else throw new WireError('content before ready');
    return true;
  };

  const drain = (): void => {
    const nowMs = clock.nowMs();
    credit = Math.max(credit, Math.min(PACE.burst, credit + (nowMs - creditMs) * PACE.perMs));
    creditMs = nowMs;
    try {
      while (takeFrame());
    } catch (error) {
      return close(error instanceof Error ? error : new WireError('what failed here', { cause: error }));
    }
    if (isClosed || credit > 0) return;
    isPaused = true;
    socket.pause();
    cancelPause = clock.after(PACE.pauseMs, () => {
      isPaused = false;
      socket.resume();
      drain();
    });
  };

  const write = (bytes: Uint8Array): void => {
    // To write to one that has ended would be an error, and what it said before would be lost with the socket.
    if (isClosed || hasEnded) return;
    socket.write(bytes);
    if (socket.writableLength > MOST_UNSENT_BYTES) close(new WireError('nothing, and took nothing'));
  };

  socket.on('data', (chunk: Buffer) => {
    decoder.push(chunk);
    if (!isPaused) drain();
  });
  socket.on('drain', release);
  socket.on('error', (error) => {
    failure = error; // 'close' follows
  });
  socket.on('close', () => {
    // What was held back is still taken: it was said before the end. An error leaves it in the socket.
    const rest = socket.read() as Buffer | null;
    if (rest !== null) decoder.push(rest);
    credit = Number.POSITIVE_INFINITY;
    drain();
    close(failure);
  });
  if (socket.destroyed) queueMicrotask(() => close());

  return {
    send(message) {
      const frame = jsonFrame(message);
      if (frame === undefined) return false;
      write(frame);
      return true;
    },
    sendContent(channel, kind, bytes) {
      socket.cork();
      write(contentHead(channel, kind, bytes.length));
      if (bytes.length > 0) write(bytes);
      socket.uncork();
    },
    drained() {
      if (isClosed || hasEnded || !socket.writableNeedDrain) return Promise.resolve();
      return new Promise((resolve) => {
        onDrained.push(resolve);
      });
    },
    ended() {
      if (isClosed || hasEnded) return;
      hasEnded = true;
      release();
      cancelLast = clock.after(LAST_WORDS_MS, () => close());
    },
    close: () => close(),
  };
}

function isSame(given: string, token: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(token)];
  return one.length === other.length && timingSafeEqual(one, other);
}
