import type { ServerMessage } from '@rowhouse/classroom-protocol';
import { WebSocket } from 'ws';

/**
 * Bytes that may wait for a client which does not read. Output never gets there, for it waits for acknowledgements;
 * answers to its own messages can.
 */
const MOST_WAITING_BYTES = 24 * 1024 * 1024;

/** The way to one client. */
export interface Line {
  /** Sends at once; a client with too much unread is cut off, and can come back. */
  say(message: ServerMessage): void;
  /** Ends it with a reason for the client's log. */
  close(code: number, reason: string): void;
  readonly open: boolean;
}

/** Told by 1013 (try again later) rather than an error: nothing is wrong with what it sent. */
const TOO_SLOW = 1013;
/** A peer that does not answer the closing handshake is not waited for. */
const CLOSE_MS = 2000;

export function createLine(socket: WebSocket): Line {
  const close = (code: number, reason: string) => {
    if (socket.readyState !== WebSocket.OPEN) return;
    socket.close(code, reason);
    setTimeout(() => socket.terminate(), CLOSE_MS).unref();
  };
  return {
    say(message) {
      if (socket.readyState !== WebSocket.OPEN) return;
      if (socket.bufferedAmount > MOST_WAITING_BYTES) return close(TOO_SLOW, 'too much unread');
      socket.send(JSON.stringify(message));
    },
    close,
    get open() {
      return socket.readyState === WebSocket.OPEN;
    },
  };
}
