import { HOUSEHOLD_PROFILES } from '@rowhouse/bufferbloat-protocol';

/** Users of the household; each one's process goes by his id. */
export const USER_IDS = HOUSEHOLD_PROFILES.map(({ id }) => id);

/**
 * What to send to one of the servers. The text of every case that the server has no business to repeat carries
 * `MARKER`, so that a reflection shows in the answer.
 */
export interface TcpCase {
  readonly kind: string;
  /** `main`, `ping` or one of `USER_IDS`. */
  readonly server: string;
  /** Written one after the other. */
  readonly chunks: readonly (string | Uint8Array)[];
  /** Wait for the answer to the first chunk before the others (a WebSocket upgrade). */
  readonly afterAnswer: boolean;
  /** How the client leaves: reads the answer, half-closes, or resets right after writing. */
  readonly ending: 'read' | 'half-close' | 'reset';
}

export interface UdpCase {
  readonly kind: string;
  /** `ping` or one of `USER_IDS`. */
  readonly server: string;
  readonly datagram: Uint8Array;
}

export const MARKER = 'zq7Marker9xk';
