/** Smaller ones are not worth the call. In bytes. */
const WORTH_BYTES = 8 * 1024;

const { port1: nowhere, port2: closed } = new MessageChannel();
closed.close();

/**
 * Frees a message's memory now, by moving it to where nobody receives it, instead of when the collector next comes: that
 * is seldom, since messages lie outside of the heap that it watches. Measured in Chromium at 600 Mbit/s: 30 MB for the
 * whole process with it, 80 to 130 MB without.
 */
export function discard(message: ArrayBuffer): void {
  if (message.byteLength >= WORTH_BYTES) nowhere.postMessage(null, [message]);
}
