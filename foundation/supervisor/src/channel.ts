import type { Duplex } from 'node:stream';
import type { Clock } from './clock.ts';
import { createLineReader } from './lines.ts';
import {
  type ChildMessage,
  childLineLimitBytes,
  encodeMessage,
  type ParentMessage,
  parseChildMessage,
} from './messages.ts';

/** A child reports numbers now and then; one that sends more than this would only keep its supervisor from its work. */
const messagesPerSecondLimit = 1_000;

export interface ParentChannel {
  send(message: ParentMessage): void;
  close(): void;
}

/**
 * The supervisor's end of a control channel. The child may be hostile: the first line that is too long, is no message
 * or is one too many within a second ends all reading, with `onViolation`.
 */
export function openParentChannel(
  socket: Duplex,
  clock: Clock,
  handlers: { onMessage(message: ChildMessage): void; onViolation(reason: string): void },
): ParentChannel {
  let violated = false;
  let windowStartMs = clock.nowMs();
  let windowMessages = 0;

  const violate = (reason: string): void => {
    if (violated) return;
    violated = true;
    socket.destroy();
    handlers.onViolation(reason);
  };

  const isFlood = (): boolean => {
    const nowMs = clock.nowMs();
    if (nowMs - windowStartMs >= 1_000) {
      windowStartMs = nowMs;
      windowMessages = 0;
    }
    windowMessages += 1;
    return windowMessages > messagesPerSecondLimit;
  };

  const reader = createLineReader(childLineLimitBytes, 'refuse', (line) => {
    if (violated) return;
    if (isFlood()) return violate(`more than ${messagesPerSecondLimit} messages within a second`);
    const message = parseChildMessage(line);
    if (message === undefined) return violate('a line that is not a message');
    handlers.onMessage(message);
  });

  socket.on('data', (chunk: Buffer) => {
    if (!reader.push(chunk)) violate(`a line of more than ${childLineLimitBytes} bytes`);
  });
  // A broken channel means that the child has ended or closed it; its exit or its silence tells that more reliably.
  socket.on('error', () => socket.destroy());

  return {
    send: (message) => void (socket.writable && socket.write(encodeMessage(message))),
    close: () => void socket.destroy(),
  };
}
