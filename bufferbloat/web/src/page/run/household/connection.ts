import { backoffMs, SOCKET_BACKOFF } from '../../../shared/backoff.ts';

/** The longest wait that a server may ask for in mid-test: what comes later than that is no use to it. In milliseconds. */
const LONGEST_WAIT_MS = 3000;

/**
 * Where one user's connection stands. It is found by discovery, tried there, and where that port does not answer (a
 * firewall, a process that has just died) tried at the main server, which always takes it.
 */
export type Connection =
  | { readonly at: 'idle' | 'ended' }
  | { readonly at: 'discovering'; readonly failures: number }
  | { readonly at: 'connecting'; readonly through: Through; readonly failures: number }
  | { readonly at: 'waiting'; readonly untilMs: number; readonly failures: number }
  /** The server said hello. */
  | { readonly at: 'open' };

/** `own`: the address that discovery gave; `main`: the main server's own. */
export type Through = 'own' | 'main';

export type ConnectionEvent =
  | { readonly type: 'begin' }
  | { readonly type: 'discovered' }
  | { readonly type: 'undiscovered'; readonly retryAfterS: number | undefined }
  | { readonly type: 'hello' }
  /** It could not be opened, broke, or was given up. */
  | { readonly type: 'lost' }
  | { readonly type: 'tick' }
  | { readonly type: 'end' };

/** What is to be done after an event. */
export type ConnectionEffect = 'discover' | { readonly connect: Through } | undefined;

/** @param random in [0, 1): spreads the attempts of many clients */
export function stepConnection(
  connection: Connection,
  event: ConnectionEvent,
  nowMs: number,
  random: number,
): readonly [Connection, ConnectionEffect] {
  if (connection.at === 'ended') return [connection, undefined];
  switch (event.type) {
    case 'end':
      return [{ at: 'ended' }, undefined];
    case 'begin':
      return connection.at === 'idle' ? discover(0) : [connection, undefined];
    case 'discovered':
      return connection.at === 'discovering' ? connect('own', connection.failures) : [connection, undefined];
    case 'undiscovered':
      return connection.at === 'discovering'
        ? [wait(connection.failures + 1, nowMs, random, event.retryAfterS), undefined]
        : [connection, undefined];
    case 'hello':
      return connection.at === 'connecting' ? [{ at: 'open' }, undefined] : [connection, undefined];
    case 'lost':
      if (connection.at === 'open') return discover(0);
      if (connection.at !== 'connecting') return [connection, undefined];
      if (connection.through === 'own') return connect('main', connection.failures);
      return [wait(connection.failures + 1, nowMs, random), undefined];
    case 'tick':
      return connection.at === 'waiting' && nowMs >= connection.untilMs
        ? discover(connection.failures)
        : [connection, undefined];
  }
}

const discover = (failures: number): [Connection, ConnectionEffect] => [{ at: 'discovering', failures }, 'discover'];

const connect = (through: Through, failures: number): [Connection, ConnectionEffect] => [
  { at: 'connecting', through, failures },
  { connect: through },
];

function wait(failures: number, nowMs: number, random: number, retryAfterS = 0): Connection {
  const waitMs = Math.max(backoffMs(failures, SOCKET_BACKOFF, random), Math.min(retryAfterS * 1000, LONGEST_WAIT_MS));
  return { at: 'waiting', untilMs: nowMs + waitMs, failures };
}
