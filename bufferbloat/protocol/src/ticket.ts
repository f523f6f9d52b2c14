import * as z from 'zod';
import './zod-settings.ts';

/** Whether the server can read TCP_INFO and choose the congestion control of the load connections. */
export const serverTcpSchema = z.object({
  /** The algorithm that the load connections really use (`cubic`, `reno`, `bbr`, …); `unknown` where it cannot be read. */
  congestionControl: z.string(),
  /** `true` where TCP_INFO of the load connections is sampled. */
  tcpInfo: z.boolean(),
});
export type ServerTcp = z.infer<typeof serverTcpSchema>;

/** Answer to `POST /tests`: permission for one test and where to run it. */
export const ticketSchema = z.object({
  /** The test's id, also found in its result. */
  id: z.string(),
  /** Short-lived and signed; goes into the query of every load and probe request. */
  token: z.string(),
  /** Unix time in milliseconds. */
  expiresAtMs: z.number(),
  ping: z.object({
    /** Port of the ping server on the host that the page came from. */
    port: z.number().int(),
    /** Whether it offers UDP probes (WebRTC data channel). */
    udp: z.boolean(),
  }),
  server: serverTcpSchema,
});
export type Ticket = z.infer<typeof ticketSchema>;

/** Body of every refusal and error, with the matching HTTP status. */
export const errorBodySchema = z.object({
  error: z.object({
    /** Stable, for programs. */
    code: z.string(),
    /** One sentence for people: what was wrong and what to do. */
    message: z.string(),
    /** Seconds until a repeat makes sense; also in the `Retry-After` header. */
    retryAfterS: z.number().optional(),
  }),
});
export type ErrorBody = z.infer<typeof errorBodySchema>;
