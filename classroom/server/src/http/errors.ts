/** Stable codes of what is answered to a request, each with its HTTP status and what to do. */
const CATALOGUE = {
  'bad-request': [400, 'The request is not what is expected here.'],
  'bad-roster': [400, 'The list has mistakes; nothing was imported.'],
  'not-signed-in': [401, 'Sign in first.'],
  'wrong-credentials': [401, 'The name or the password is wrong.'],
  'account-disabled': [403, 'This account is disabled. Ask your teacher.'],
  'bad-csrf-token': [403, 'The page is out of date. Reload it and try again.'],
  'foreign-origin': [403, 'This request came from another site.'],
  'foreign-host': [403, 'This server does not answer to that name.'],
  'password-change-required': [403, 'Choose a password of your own first.'],
  'not-allowed': [403, 'Your account may not do this.'],
  'bad-token': [403, 'This token is not valid, or no longer. A new one: npm run classroom -- first-admin'],
  'no-such-account': [404, 'There is no such account.'],
  'not-found': [404, 'There is nothing at this address.'],
  'name-taken': [409, 'There is an account of this name already.'],
  'admin-exists': [409, 'There is an administrator already. Sign in, or ask them.'],
  'last-admin': [
    409,
    'The only administrator cannot be disabled, removed or given another role. Make another one first.',
  ],
  'too-large': [413, 'The request is too large.'],
  'unsupported-media-type': [415, 'This kind of content is not expected here.'],
  'password-unchanged': [422, 'The new password is the old one. Choose another.'],
  'weak-password': [422, 'This password is easy to guess. Choose another, such as a few words.'],
  'too-many-attempts': [429, 'Too many wrong passwords. Wait a little, then try again.'],
  'too-many-connections': [429, 'Too many connections at once. Close some pages, or try again in a moment.'],
  'too-many-requests': [429, 'Too many requests in a short time. Wait a moment, then try again.'],
  internal: [500, 'Something went wrong on the server. It has been noted.'],
  busy: [503, 'The server is busy. Try again in a moment.'],
  'database-unavailable': [503, 'The database cannot be reached at the moment. Try again in a minute.'],
  'timed-out': [504, 'This took too long. Try again.'],
} as const satisfies Record<string, readonly [status: number, message: string]>;

export type ClassroomErrorCode = keyof typeof CATALOGUE;

/** A line of a list that was sent, and what is wrong with it. */
export interface Problem {
  readonly line: number;
  readonly message: string;
}

interface Extra {
  /** Instead of the sentence of the catalogue. */
  readonly message?: string;
  /** After so long the same may work. */
  readonly retryAfterS?: number;
  readonly problems?: readonly Problem[];
  readonly cause?: unknown;
}

/** What a request is answered with when it cannot be done: a stable code and a sentence that says what to do. */
export class ClassroomError extends Error {
  override readonly name = 'ClassroomError';
  readonly code: ClassroomErrorCode;
  readonly status: number;
  readonly retryAfterS: number | undefined;
  readonly problems: readonly Problem[] | undefined;

  constructor(code: ClassroomErrorCode, extra: Extra = {}) {
    super(extra.message ?? CATALOGUE[code][1], { cause: extra.cause });
    this.code = code;
    this.status = CATALOGUE[code][0];
    this.retryAfterS = extra.retryAfterS;
    this.problems = extra.problems;
  }
}
