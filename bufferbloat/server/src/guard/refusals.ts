import type { ErrorBody } from '@rowhouse/bufferbloat-protocol';

/**
 * Everything the servers may refuse, once: a stable code, the HTTP status and a sentence for people.
 *
 * Nothing that the client sent is ever repeated in a message.
 */
const REFUSALS = {
  'malformed-request': { status: 400, message: 'The request is not valid HTTP.' },
  'bad-parameter': { status: 400, message: 'A query parameter is missing, malformed or out of range.' },
  'bad-host': { status: 400, message: 'The Host header is missing or malformed.' },
  'bad-body': { status: 400, message: 'The body or message is not what this endpoint takes.' },
  'unknown-host': {
    status: 421,
    message: 'This server does not answer to that host name; its operator can add it to "allowedHosts".',
  },
  'foreign-origin': {
    status: 403,
    message: 'Only pages of this server may do this; its operator can add others to "corsOrigins".',
  },
  private: { status: 403, message: 'Only for this machine and for the networks listed in "privateNetworks".' },
  'bad-token': { status: 401, message: 'The token is not one of this server’s; start a test to get one.' },
  'expired-token': { status: 401, message: 'The token has expired; start a new test.' },
  'token-needed': { status: 401, message: 'This endpoint needs the token of a test; POST /tests gives one.' },
  'unknown-user': { status: 404, message: 'There is no such user in the household.' },
  'not-found': { status: 404, message: 'There is nothing here.' },
  'method-not-allowed': { status: 405, message: 'This endpoint does not take that method.' },
  'request-timeout': { status: 408, message: 'The request took too long to arrive.' },
  'too-large': { status: 413, message: 'The body or message is larger than this endpoint takes.' },
  'upgrade-needed': { status: 426, message: 'This endpoint speaks WebSocket only.' },
  'too-many-requests': { status: 429, message: 'Too many requests from your address.' },
  'too-many-tests': { status: 429, message: 'Too many tests from your address.' },
  'too-many-connections': { status: 429, message: 'Too many connections from your address.' },
  'too-many-loads': { status: 429, message: 'Too many transfers at once from your address.' },
  'too-many-probes': { status: 429, message: 'Too many probe connections of this test or from your address.' },
  'too-many-sessions': { status: 429, message: 'Too many household sessions at once from your address.' },
  'anonymous-budget': {
    status: 429,
    message: 'Your address has used up what is given without a token; start a test to get one.',
  },
  'headers-too-large': { status: 431, message: 'The request headers are too large.' },
  internal: { status: 500, message: 'Something went wrong here; the server’s log says more.' },
  'server-full': { status: 503, message: 'This server carries as many transfers as it may.' },
  'household-full': { status: 503, message: 'All processes of this user carry as many sessions as they may.' },
  'outgoing-budget': { status: 503, message: 'This server has sent as much as it may for today.' },
  stopping: { status: 503, message: 'This server is stopping.' },
} as const satisfies Record<string, { readonly status: number; readonly message: string }>;

export type RefusalCode = keyof typeof REFUSALS;

/** Thrown wherever a request is turned down; `sendRefusal` and `refuseUpgrade` turn it into an answer. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;
  readonly status: number;
  /** Whole seconds until a repeat makes sense. */
  readonly retryAfterS: number | undefined;

  /** @param detail replaces the catalogue's sentence; must not contain anything the client sent. */
  constructor(code: RefusalCode, options: { readonly retryAfterS?: number; readonly detail?: string } = {}) {
    super(options.detail ?? REFUSALS[code].message);
    this.code = code;
    this.status = REFUSALS[code].status;
    this.retryAfterS =
      options.retryAfterS === undefined ? undefined : Math.max(1, Math.min(86_400, Math.ceil(options.retryAfterS)));
  }

  get body(): ErrorBody {
    return {
      error: {
        code: this.code,
        message: this.message,
        ...(this.retryAfterS === undefined ? {} : { retryAfterS: this.retryAfterS }),
      },
    };
  }
}
