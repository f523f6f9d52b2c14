import { LIMITS, PROBE_BYTES, signalFromClientSchema, type SignalFromServer } from '@rowhouse/bufferbloat-protocol';
import type { Logger } from '@rowhouse/service';
import type { RawData, WebSocket } from 'ws';
import { unixNowMs } from '../clock.ts';
import { Counts, Refusal, type GuardLimits, type TokenClaims, type Visitor } from '../guard/index.ts';
import { createMessageLimit, replyTo } from './replies.ts';
import type { Peer, Rtc } from './rtc.ts';

/** The probe WebSockets: each answers probes and, on request, sets up one data channel that lives as long as it. */
export interface ProbeSockets {
  readonly open: number;
  readonly answered: number;
  /**
   * Takes a place for one more socket before the upgrade.
   *
   * @returns gives the place back
   * @throws Refusal `too-many-probes`, `server-full`
   */
  reserve(visitor: Visitor, claims: TokenClaims): () => void;
  /** @param addresses where the client can reach this machine; empty: all of the machine's addresses */
  serve(socket: WebSocket, addresses: readonly string[], claims: TokenClaims): void;
  closeAll(): void;
}

export interface ProbeSocketOptions {
  readonly limits: GuardLimits;
  /** How many users one test may probe here; the ping server and a user process have one. Default: 1. */
  readonly users?: number;
  readonly rtc: () => Rtc | undefined;
  readonly log: Logger;
}

/** A page has two, one for probes and one that sets up the data channel; twice that while it connects anew. */
const SOCKETS_PER_USER = 4;
/** A client that says nothing for so long has gone. */
const SILENCE_MS = 30_000;
const LIFE_MS = 5 * 60_000;
const BUFFERED_BYTES = 16_384;
const RETRY_AFTER_S = 10;

const CLOSE = { goingAway: 1001, unsupported: 1003, policy: 1008 } as const;

export function createProbeSockets({ limits, users = 1, rtc: openedRtc, log }: ProbeSocketOptions): ProbeSockets {
  const byTest = new Counts();
  const byAddress = new Counts();
  const channelsByTest = new Counts();
  const sockets = new Set<WebSocket>();
  let answered = 0;

  const send = (socket: WebSocket, signal: SignalFromServer) => {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(signal));
  };

  /** Answers an offer; whatever goes wrong, WebSocket probes go on. */
  const negotiate = async (socket: WebSocket, addresses: readonly string[], claims: TokenClaims, sdp: string) => {
    const refuse = (reason: string) => send(socket, { type: 'unavailable', reason });
    const rtc = openedRtc();
    if (!rtc) return refuse('This server offers no UDP probes.');
    if (channelsByTest.of(claims.testId) > 0) return refuse('This test has its data channel already.');
    const release = channelsByTest.add(claims.testId);
    let peer: Peer | undefined;
    try {
      peer = await rtc.answer(sdp, addresses, release);
    } catch (error) {
      log.warn({ err: error }, 'data channel could not be set up');
      release();
      return refuse('The data channel could not be set up.');
    }
    if (!peer) {
      release();
      return refuse('That is not an offer of one data channel.');
    }
    const { close } = peer;
    const end = () => {
      release();
      close();
    };
    if (socket.readyState !== socket.OPEN) return end();
    socket.once('close', end);
    return send(socket, { type: 'answer', sdp: peer.sdp });
  };

  return {
    get open() {
      return sockets.size;
    },
    get answered() {
      return answered;
    },
    reserve(visitor, claims) {
      if (byTest.of(claims.testId) >= SOCKETS_PER_USER * users || byAddress.of(visitor.key) >= limits.probesPerAddress)
        throw new Refusal('too-many-probes', { retryAfterS: RETRY_AFTER_S });
      if (byTest.total >= limits.probes) throw new Refusal('server-full', { retryAfterS: RETRY_AFTER_S });
      const releases = [byTest.add(claims.testId), byAddress.add(visitor.key)];
      return () => {
        for (const release of releases) release();
      };
    },
    serve(socket, addresses, claims) {
      sockets.add(socket);
      const limit = createMessageLimit();
      let offered = false;
      const life = setTimeout(() => socket.close(CLOSE.policy, 'too long'), LIFE_MS);
      const silence = setTimeout(() => socket.terminate(), SILENCE_MS);
      socket.on('ping', (data: Buffer) => {
        if (limit(unixNowMs()) === 'close') socket.close(CLOSE.policy, 'too many messages');
        else if (socket.bufferedAmount <= BUFFERED_BYTES) socket.pong(data);
      });
      socket.on('error', () => {}); // ws closes the socket itself; what a client did wrong is not our error
      socket.once('close', () => {
        clearTimeout(life);
        clearTimeout(silence);
        sockets.delete(socket);
      });
      socket.on('message', (data: RawData, isBinary: boolean) => {
        const nowMs = unixNowMs();
        silence.refresh();
        const verdict = limit(nowMs);
        if (verdict === 'close') return socket.close(CLOSE.policy, 'too many messages');
        if (verdict === 'ignore' || !(data instanceof Buffer)) return undefined;
        if (!isBinary) {
          const sdp = readSignal(data);
          if (sdp === undefined) return socket.close(CLOSE.policy, 'not a message of this protocol');
          if (offered) return socket.close(CLOSE.policy, 'one offer a connection');
          offered = true;
          void negotiate(socket, addresses, claims, sdp);
          return undefined;
        }
        const reply = data.byteLength === PROBE_BYTES ? replyTo(data, nowMs) : undefined;
        if (!reply) return socket.close(CLOSE.unsupported, 'not a probe');
        if (socket.bufferedAmount <= BUFFERED_BYTES) {
          socket.send(reply);
          answered += 1;
        }
        return undefined;
      });
    },
    closeAll() {
      for (const socket of sockets) socket.close(CLOSE.goingAway, 'the server is stopping');
    },
  };
}

/** The offer in a text message; `undefined` for anything else. */
function readSignal(data: Buffer): string | undefined {
  if (data.byteLength > LIMITS.textMessageBytes) return undefined;
  try {
    const parsed = signalFromClientSchema.safeParse(JSON.parse(data.toString('utf8')));
    return parsed.success ? parsed.data.sdp : undefined;
  } catch {
    return undefined;
  }
}
