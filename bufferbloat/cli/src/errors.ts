/** Everything that can end a test from the terminal, with a stable code. */
export type CliErrorCode =
  /** A flag or its value is wrong; the exit code is 2. */
  | 'bad-usage'
  /** Nobody answers at the address. */
  | 'unreachable'
  /** The server refused; its own message says why. */
  | 'refused'
  /** What answers does not speak this protocol. */
  | 'bad-answer'
  /** The connection that carries the test broke. */
  | 'connection-lost'
  /** The result could not be written. */
  | 'not-written';

export class CliError extends Error {
  readonly code: CliErrorCode;

  constructor(code: CliErrorCode, message: string) {
    super(message);
    this.name = 'CliError';
    this.code = code;
  }
}

/** The words of whatever was thrown; Node leaves the message of a failed connection to both families empty. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = (error as { code?: unknown }).code;
  return error.message || (typeof code === 'string' ? code : error.name);
}
