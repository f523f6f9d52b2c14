interface ErrorDetails {
  ERR_SUPERVISOR_OPTION: { readonly option: string; readonly value: unknown; readonly expected: string };
  ERR_SUPERVISOR_DUPLICATE_ID: { readonly childId: string };
  ERR_SUPERVISOR_UNKNOWN_ID: { readonly childId: string };
  ERR_SUPERVISOR_STATE: { readonly operation: string; readonly state: string };
  ERR_SUPERVISOR_STOPPED: { readonly operation: string };
  ERR_SUPERVISOR_ESCALATED: { readonly childId: string; readonly restarts: number; readonly periodMs: number };
  ERR_CHILD_SPAWN: { readonly childId: string; readonly command: string; readonly reason: string };
  ERR_CHILD_EXITED_EARLY: { readonly childId: string; readonly code: number | null; readonly signal: string | null };
  ERR_CHILD_READY_TIMEOUT: { readonly childId: string; readonly readyTimeoutMs: number };
  ERR_CHILD_PROTOCOL: { readonly childId: string; readonly reason: string };
  ERR_CHILD_REMOVED: { readonly childId: string };
  ERR_CHILD_LOST: { readonly childId: string };
  ERR_CHANNEL_LINE_TOO_LONG: { readonly lengthBytes: number; readonly limitBytes: number };
  ERR_REGISTRY_LIMIT: { readonly limit: 'total' | 'owner' | 'kind'; readonly name: string; readonly value: number };
  ERR_REGISTRY_PROCESS: { readonly pid: unknown; readonly reason: string };
}

/** Stable codes, meant to be matched by callers; the wording of messages may change. */
export type SupervisorErrorCode = keyof ErrorDetails;

const messages: { readonly [C in SupervisorErrorCode]: (details: ErrorDetails[C]) => string } = {
  ERR_SUPERVISOR_OPTION: (d) => `${d.option} must be ${d.expected}, got ${quote(d.value)}`,
  ERR_SUPERVISOR_DUPLICATE_ID: (d) => `there is already a child named "${d.childId}"`,
  ERR_SUPERVISOR_UNKNOWN_ID: (d) => `there is no child named "${d.childId}"`,
  ERR_SUPERVISOR_STATE: (d) => `cannot ${d.operation} while the supervisor is ${d.state}`,
  ERR_SUPERVISOR_STOPPED: (d) => `the supervisor was stopped before "${d.operation}" was complete`,
  ERR_SUPERVISOR_ESCALATED: (d) =>
    `child "${d.childId}" failed once more after ${d.restarts} restarts within ${d.periodMs} ms`,
  ERR_CHILD_SPAWN: (d) => `child "${d.childId}" could not be started: ${d.command}: ${d.reason}`,
  ERR_CHILD_EXITED_EARLY: (d) =>
    `child "${d.childId}" ended before it was ready (${d.signal === null ? `exit code ${d.code}` : d.signal})`,
  ERR_CHILD_READY_TIMEOUT: (d) => `child "${d.childId}" was not ready within ${d.readyTimeoutMs} ms`,
  ERR_CHILD_PROTOCOL: (d) => `child "${d.childId}" broke the rules of its control channel: ${d.reason}`,
  ERR_CHILD_REMOVED: (d) => `child "${d.childId}" was removed before it was ready`,
  ERR_CHILD_LOST: (d) => `child "${d.childId}" did not end after SIGKILL`,
  ERR_CHANNEL_LINE_TOO_LONG: (d) => `a message of ${d.lengthBytes} bytes exceeds the limit of ${d.limitBytes} bytes`,
  ERR_REGISTRY_LIMIT: (d) => `limit reached: at most ${d.value} processes ${limitScope[d.limit](d.name)}`,
  ERR_REGISTRY_PROCESS: (d) => `process ${quote(d.pid)} cannot be registered: ${d.reason}`,
};

const limitScope = {
  total: () => 'in total',
  owner: (name: string) => `for owner "${name}"`,
  kind: (name: string) => `of kind "${name}"`,
};

/** Every error this library throws or rejects with: a stable `code` and the figures behind the message. */
export class SupervisorError<C extends SupervisorErrorCode = SupervisorErrorCode> extends Error {
  readonly code: C;
  readonly details: ErrorDetails[C];

  constructor(code: C, details: ErrorDetails[C]) {
    super(messages[code](details));
    this.name = 'SupervisorError';
    this.code = code;
    this.details = details;
  }
}

function quote(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
