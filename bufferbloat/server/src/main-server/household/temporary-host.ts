import type { UserProfile } from '@rowhouse/bufferbloat-protocol';
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { Refusal, type TokenClaims, type Visitor } from '../../guard/index.ts';

export interface SessionHost {
  reserve(visitor: Visitor, claims: TokenClaims, userId: string): () => void;
  serve(
    webSocket: WebSocket,
    socket: Socket,
    session: { profile: UserProfile; claims: TokenClaims; visitor: Visitor; forwarded: boolean },
  ): void;
  readonly stats: () => { readonly active: number; readonly max: number; readonly opened: number };
  drain(): void;
  end(): void;
}

export const noHost: SessionHost = {
  reserve() {
    throw new Refusal('household-full', { retryAfterS: 10 });
  },
  serve() {},
  stats: () => ({ active: 0, max: 1, opened: 0 }),
  drain() {},
  end() {},
};
