import * as z from 'zod';
import './zod-settings.ts';

/**
 * Text messages on the probe WebSocket that set up the data channel; probes themselves are binary on the same socket.
 * The client offers, the server answers once with all its candidates; the client's candidates are not used (the server
 * learns the address from the first authenticated packet, so that nobody can point it at a third party).
 */
export const signalFromClientSchema = z.object({ type: z.literal('offer'), sdp: z.string().max(8192) });
export type SignalFromClient = z.infer<typeof signalFromClientSchema>;

export const signalFromServerSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('answer'), sdp: z.string() }),
  /** UDP probes cannot be had; WebSocket probes go on. */
  z.object({ type: z.literal('unavailable'), reason: z.string() }),
]);
export type SignalFromServer = z.infer<typeof signalFromServerSchema>;
