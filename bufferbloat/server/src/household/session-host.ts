import type { Socket } from 'node:net';
import type { UserProfile } from '@rowhouse/bufferbloat-protocol';
import type { Logger } from '@rowhouse/service';
import type { WebSocket } from 'ws';
import { unixNowMs } from '../clock.ts';
import { DailyBudget, Refusal, type GuardLimits, type TokenClaims, type Visitor } from '../guard/index.ts';
import { readIntoOneBuffer, type Tcp } from '../tcp/index.ts';
import type { Ending } from './ending.ts';
import { LoopTiming } from './loop-timing.ts';
import { Loop } from './loop.ts';
import { Places } from './places.ts';
import { Session, type SessionContext } from './session.ts';
import { createTally, type SessionStats } from './tally.ts';
import { createPress } from './wire.ts';

export interface SessionHost {
  /**
   * Takes a place before the upgrade.
   *
   * @returns gives it back; call it when the socket is closed
   * @throws Refusal `server-full`, `too-many-sessions`, `outgoing-budget`, `stopping`
   */
  reserve(visitor: Visitor, claims: TokenClaims, userId: string): () => void;
  /** Takes the connection over: everything that comes and goes on it from here on is the session's. */
  serve(webSocket: WebSocket, socket: Socket, session: SessionOptions): void;
  readonly stats: () => SessionStats;
  /** Takes no new sessions; those running may finish. */
  drain(): void;
  /** Ends all. */
  end(): void;
}

export interface SessionOptions {
  readonly profile: UserProfile;
  readonly claims: TokenClaims;
  readonly visitor: Visitor;
  /** Passed on by the main server. */
  readonly forwarded: boolean;
}

export interface SessionHostOptions {
  readonly maxSessions: number;
  readonly architecture: 'simple_multiprocess' | 'single_process';
  readonly instance: number;
  readonly limits: GuardLimits;
  readonly tcp: Tcp;
  readonly log: Logger;
  /** Unix milliseconds of a clock that never jumps. */
  readonly nowMs?: () => number;
}

const READ_BYTES = 64 * 1024;

/** Serves the sessions of one process, of one user type or of all. */
export function createSessionHost(options: SessionHostOptions): SessionHost {
  const { maxSessions, limits, tcp, log, nowMs = cheapClock() } = options;
  const places = new Places(maxSessions, limits);
  const outgoing = new DailyBudget(limits.outgoingGBPerDay * 1e9, nowMs);
  const timing = new LoopTiming();
  const loop = new Loop(nowMs, timing);
  const tally = createTally();
  // Every socket reads into it in turn, for what came is dealt with before the next one reads.
  const buffer = new Uint8Array(READ_BYTES);
  let draining = false;
  const context: SessionContext = {
    ...options,
    nowMs,
    press: createPress(tcp),
    loopDelayMs: (sinceMs, atMs) => timing.worstSince(sinceMs, atMs),
    spend: (bytes) => outgoing.spend(bytes),
    reschedule: (session) => loop.reschedule(session),
    onEnd(session: Session, ending: Ending) {
      loop.remove(session);
      tally.ended(session, ending);
      log.debug({ session: session.id, ending }, 'session ended');
    },
  };

  return {
    reserve(visitor, claims, userId) {
      if (draining) throw new Refusal('stopping', { retryAfterS: 5 });
      if (outgoing.waitS > 0) throw new Refusal('outgoing-budget', { retryAfterS: outgoing.waitS });
      return places.take(visitor, claims, userId);
    },
    serve(webSocket, socket, { profile, forwarded }) {
      const session = new Session(socket, profile, forwarded, context);
      tally.opened();
      takeOver(webSocket, socket, session, buffer);
      loop.add(session);
    },
    stats: () =>
      tally.stats({
        sessions: loop.sessions,
        active: loop.size,
        max: maxSessions,
        loop: timing.figures(nowMs()),
        cleanups: loop.cleanups,
      }),
    drain() {
      draining = true;
    },
    end() {
      draining = true;
      for (const session of loop.sessions) session.end('stopping');
    },
  };
}

/**
 * Reads a connection's frames itself: `ws` has done the handshake, but it would unmask and collect the bytes of messages
 * that nobody reads, which with hundreds of clients is most of the work.
 */
function takeOver(webSocket: WebSocket, socket: Socket, session: Session, buffer: Uint8Array): void {
  webSocket.on('error', () => {});
  socket.removeAllListeners('data');
  socket.on('data', (chunk: Buffer) => session.reader.push(chunk, chunk.byteLength));
  readIntoOneBuffer(socket, buffer, (bytes) => session.reader.push(buffer, bytes));
  socket.on('error', () => session.end('send-failed'));
  socket.on('end', () => session.end('closed'));
  socket.on('close', () => session.end('closed'));
}

/** `unixNowMs`, without the numbers of arbitrary size that it is made from: it is read for every message. */
function cheapClock(): () => number {
  const originMs = unixNowMs() - performance.now();
  return () => originMs + performance.now();
}
