import * as z from 'zod';
import './zod-settings.ts';

/** What a client may say on `/ws/telemetry`. */
export const telemetryRequestSchema = z.discriminatedUnion('type', [
  /** How often it wants a tick. A slow line asks for few, so that they do not load it. */
  z.object({ type: z.literal('interval'), intervalMs: z.number().int().min(100).max(2000) }),
  /**
   * Ends this test's load connections of one direction at once (reset, so that nothing is left in a send buffer); a
   * browser that only aborts an upload leaves megabytes in its kernel, which would fill the next phase's queue.
   */
  z.object({ type: z.literal('stop-load'), direction: z.enum(['download', 'upload']) }),
]);
export type TelemetryRequest = z.infer<typeof telemetryRequestSchema>;

/** TCP_INFO over all load connections of one direction at one moment. */
export const tcpSampleSchema = z.object({
  /** How many load connections are open. */
  connections: z.number().int(),
  /** Smoothed round trip in milliseconds, the mean of the connections weighted by the bytes they delivered since the tick before. */
  rttMs: z.number(),
  /** The least round trip that the kernel has seen on any of them, in milliseconds. */
  minRttMs: z.number(),
  /** Segments sent again since the test began. */
  retransmissions: z.number().int(),
  /** Bytes that reached the other side (selective acknowledgements included) since the test began. */
  deliveredBytes: z.number(),
});
export type TcpSample = z.infer<typeof tcpSampleSchema>;

/** What the server says on `/ws/telemetry`, every interval, from the moment it is opened until it is closed. */
export const telemetryTickSchema = z.object({
  type: z.literal('tick'),
  /** The server's Unix time in milliseconds, with fractions. */
  timeMs: z.number(),
  /** `[server time in ms, bytes received by /upload since the test began]`, one entry per 100 ms since the tick before. */
  upload: z.array(z.tuple([z.number(), z.number()])),
  /** The download connections; absent while there are none or where TCP_INFO cannot be read. */
  tcp: tcpSampleSchema.optional(),
  /** The worst delay of the server's event loop since the tick before, in milliseconds: main and ping process. */
  loopDelayMs: z.object({ main: z.number(), ping: z.number().optional() }),
});
export type TelemetryTick = z.infer<typeof telemetryTickSchema>;
