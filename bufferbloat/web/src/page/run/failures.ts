import type { RunError } from './state.ts';

/** Every way in which a run can fail, once: what happened and what to do. */
const FAILURES = {
  unreachable: 'The server cannot be reached. Check your connection and that the server is running, then start again.',
  refused: 'The server does not take another test now. Start again later.',
  'bad-answer': 'The server answered in a way that this page does not understand. Reload the page, then start again.',
  'no-probes':
    'The ping server cannot be reached, so latency cannot be measured. Check that no firewall blocks its port, then start again.',
  'no-session':
    'A server process of the household cannot be reached. Check your connection and that the server is running, then start again.',
  'no-user-probes':
    'A server process of the household does not answer probes, so latency cannot be measured. Check that no firewall blocks its port, then start again.',
  'probes-lost': 'The ping server stopped answering in the middle of the test. Start again.',
  'server-lost':
    'The connection to the server was lost in the middle of the test: it was restarted, or your network changed. Start again.',
  'load-lost':
    'The connections that fill the line failed one after the other. Check your connection, then start again.',
  'token-expired': 'The permission for this test ran out before it ended. Start again.',
  offline: 'The network connection was lost in the middle of the test. Start again once you are online.',
  interrupted: 'The test was interrupted: the computer slept, or the browser stopped the page. Start again.',
  'time-limit': 'The test took longer than it may and was ended. Start again.',
  internal: 'Something went wrong in this page. Reload it, then start again.',
} as const;

export type FailureCode = keyof typeof FAILURES;

/** Ends a run; the page shows its message. */
export class RunFailure extends Error {
  override readonly name = 'RunFailure';
  readonly code: FailureCode;
  readonly retryAfterS: number | undefined;

  /**
   * @param said the server's own sentence, which takes the place of ours
   * @param retryAfterS seconds until another start makes sense; added to the sentence
   */
  constructor(code: FailureCode, said?: string, retryAfterS?: number) {
    const wait = retryAfterS === undefined ? '' : ` Start again in ${waitText(retryAfterS)}.`;
    super(`${said ?? FAILURES[code]}${wait}`);
    this.code = code;
    this.retryAfterS = retryAfterS;
  }
}

/** What the page shows for anything thrown in a run. */
export function runError(thrown: unknown): RunError {
  const failure = thrown instanceof RunFailure ? thrown : new RunFailure('internal');
  return { code: failure.code, message: failure.message };
}

function waitText(seconds: number): string {
  if (seconds < 90) return seconds === 1 ? '1 second' : `${Math.ceil(seconds)} seconds`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 90 ? `${minutes} minutes` : `${Math.ceil(minutes / 60)} hours`;
}
