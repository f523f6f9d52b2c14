// What the rest of the server sees of sessions. The implementation is behind `createSessions`.
import type { IncomingMessage } from 'node:http';
import type { Account } from '@rowhouse/classroom-protocol';
import type { SessionActivity } from '../db/api.ts';

/** An account with what only the server knows of it. */
export interface AccountRecord extends Account {
  /** Added to the base of system users it gives the student's own; 1 to 65535. */
  readonly roomUid: number;
}

export interface SessionInfo {
  readonly id: string;
  readonly csrfToken: string;
  readonly loginTimeMs: number;
}

/** Who asks. */
export interface SignedIn {
  readonly account: AccountRecord;
  readonly session: SessionInfo;
}

export interface AuthenticateOptions {
  /** Also those who must choose a password first. Default: no. */
  readonly allowPasswordDue?: boolean;
}

/**
 * Who sends this request, to a name that is ours: from the cookie; where something is changed (not GET or HEAD) with the checks of Origin,
 * Sec-Fetch-Site and `x-csrf-token`; at an upgrade to a WebSocket with those of Origin and Sec-Fetch-Site. Memory only
 * for a session that was seen lately, so it works while the database is away.
 *
 * @throws ClassroomError `not-signed-in`, `foreign-host`, `foreign-origin`, `bad-csrf-token`,
 *   `password-change-required`, `too-many-requests`, `too-many-connections`, `database-unavailable`
 */
export type Authenticate = (request: IncomingMessage, options?: AuthenticateOptions) => Promise<SignedIn>;

export type SessionEndReason =
  | 'signed-out'
  | 'signed-in-again'
  | 'expired'
  | 'password-changed'
  | 'account-disabled'
  | 'account-removed'
  | 'role-changed'
  | 'too-many-sessions';

export interface SessionEvents {
  /** Called at once when a session ends, for its sockets to be closed. @returns stops it */
  onEnded(listener: (sessionId: string, reason: SessionEndReason) => void): () => void;
  /** Somebody did something in it: it is not idle. Cheap; call it with every message. */
  touch(sessionId: string): void;
  /** What the session's account runs and uses now; written every few seconds at most. Is no activity. */
  report(sessionId: string, what: Pick<SessionActivity, 'activeProcesses' | 'resourceUsage'>): void;
  /** Sessions that did something within the time. */
  activeCount(withinMs: number): number;
}
