import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { Admission, LoadContext } from './context.ts';
import type { DownloadQuery } from './query.ts';
import { RateMeter } from './rate.ts';

/** Normal end of a WebSocket: everything that was asked for has been sent. */
const DONE = 1000;

/**
 * The same load as `/download`, in binary WebSocket messages whose size follows the rate. One message at a time is
 * handed to the socket, so that a reader that stops holds nothing but that one. The client has nothing to say here.
 */
export function serveBulk(
  webSocket: WebSocket,
  socket: Socket,
  { limitBytes, durationMs }: DownloadQuery,
  { load, test, proxied }: Admission,
  context: LoadContext,
): void {
  const meter = new RateMeter(performance.now());
  let leftBytes = limitBytes ?? Number.POSITIVE_INFINITY;
  let over = false;

  const send = () => {
    if (over || webSocket.readyState !== webSocket.OPEN) return;
    if (leftBytes === 0) {
      webSocket.close(DONE);
      return;
    }
    const whole = context.pools.message(meter.rateMbps);
    const message = whole.byteLength <= leftBytes ? whole : whole.subarray(0, leftBytes);
    if (!load.sent(message.byteLength)) {
      context.tcp.reset(socket);
      return;
    }
    leftBytes -= message.byteLength;
    context.traffic.sentBytes += message.byteLength;
    test?.downloaded(message.byteLength);
    webSocket.send(message, (error) => {
      if (error) return;
      meter.add(message.byteLength, performance.now());
      turn = setImmediate(send);
    });
  };
  const stop = () => {
    leftBytes = 0;
  };

  let turn: NodeJS.Immediate | undefined;
  const deadline = setTimeout(stop, durationMs);
  const detach = test?.attach({ direction: 'download', socket, proxied });
  const reset = () => context.tcp.reset(socket);
  socket.setTimeout(context.stallMs, reset);
  webSocket.on('message', reset);
  webSocket.on('error', () => {}); // what the client did wrong is answered by the close that follows
  webSocket.once('close', () => {
    over = true;
    clearTimeout(deadline);
    clearImmediate(turn);
    socket.off('timeout', reset);
    load.end();
    detach?.();
  });
  send();
}
