import type { ErrorBody } from '@rowhouse/classroom-protocol';
import { type FileErrorDetails, RuntimeError, type RuntimeErrorCode } from '@rowhouse/classroom-runtime';
import { ClassroomError } from '../http/errors.ts';

/** Stable codes of what the socket itself objects to, each with what to do. */
const SOCKET_ERRORS = {
  'bad-message': 'The message is not one of the protocol.',
  'hello-first': 'Say hello, with the version of the protocol, before anything else.',
  'unsupported-version': 'The page and the server are of different versions. Reload the page.',
  'no-such-process': 'There is no such program any more.',
  'read-only': 'You can only look on: this program belongs to somebody else.',
  'not-allowed': 'Your account may not do this.',
  'too-many-messages': 'Too many messages in a short time. Wait a moment.',
  'too-many-attachments': 'This page looks at too many programs at once. Close some of them.',
  'bad-offset': 'The program has not produced output up to there.',
  internal: 'Something went wrong on the server. It has been noted.',
} as const;

export type SocketErrorCode = keyof typeof SOCKET_ERRORS;

/** Something a client said that cannot be done. */
export class SocketError extends Error {
  override readonly name = 'SocketError';
  readonly code: SocketErrorCode;

  /** @param message instead of the sentence of the catalogue */
  constructor(code: SocketErrorCode, message?: string) {
    super(message ?? SOCKET_ERRORS[code]);
    this.code = code;
  }
}

const RUNTIME_CODES: Readonly<Record<RuntimeErrorCode, string>> = {
  ERR_FILE: 'file',
  ERR_OFFSET: 'bad-offset',
  ERR_PROCESS_ENDED: 'process-ended',
  ERR_LIMIT: 'limit-reached',
  ERR_CAPACITY: 'at-capacity',
  ERR_ROOM_CLOSED: 'room-closed',
  ERR_ROOM_FAILED: 'room-failed',
  ERR_LAUNCHER: 'room-unavailable',
};

/** What a client is told of an error; `undefined` when it is none of the expected ones and must be looked into. */
export function errorBody(error: unknown): ErrorBody | undefined {
  if (error instanceof SocketError || error instanceof ClassroomError)
    return { code: error.code, message: error.message };
  if (error instanceof RuntimeError) {
    const { code, details, message }: RuntimeError = error;
    return { code: code === 'ERR_FILE' ? (details as FileErrorDetails).code : RUNTIME_CODES[code], message };
  }
  return undefined;
}

export const INTERNAL_ERROR: ErrorBody = { code: 'internal', message: SOCKET_ERRORS.internal };
