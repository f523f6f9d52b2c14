import { SupervisorError } from './errors.ts';
import type { JsonValue } from './json.ts';

/** Restart always; only after a failure; or never. */
export type RestartPolicy = 'permanent' | 'transient' | 'temporary';

/** Pings over the control channel; a child that misses `failures` of them in a row is killed and restarted. */
export interface HealthPolicy {
  readonly intervalMs: number;
  /** At most `intervalMs`, so that only one ping is ever unanswered. */
  readonly timeoutMs: number;
  readonly failures: number;
}

/** What the state machine needs to know about a child. */
export interface ChildPolicy {
  /** Unique within the supervisor. */
  readonly id: string;
  readonly restart: RestartPolicy;
  /** From start to the child's own "ready". */
  readonly readyTimeoutMs: number;
  /** From the request to stop to SIGKILL for its whole group. */
  readonly stopTimeoutMs: number;
  readonly health?: HealthPolicy;
}

/** A child process as data. */
export interface ChildSpec extends ChildPolicy {
  /** On whose behalf the process runs; the registry counts by it. */
  readonly owner: string;
  readonly kind: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** The whole environment of the child. Default: a standard PATH and nothing else. */
  readonly env?: Readonly<Record<string, string>>;
  /** Sent over the control channel, where other users of the machine cannot read it as they can arguments. */
  readonly settings?: JsonValue;
  /** `pipe` turns each line of stdout and stderr into an event. Default: `inherit`. */
  readonly stdout?: 'inherit' | 'pipe';
}

const restartPolicies: readonly string[] = ['permanent', 'transient', 'temporary'];

/** Throws ERR_SUPERVISOR_OPTION, naming the field and quoting its value, unless `spec` can be supervised. */
export function validateChildSpec(spec: ChildSpec): void {
  const at = `child "${spec.id}": `;
  for (const field of ['id', 'owner', 'kind', 'command'] as const) {
    if (typeof spec[field] !== 'string' || spec[field] === '')
      throw invalid(at + field, spec[field], 'a non-empty text');
  }
  if (!restartPolicies.includes(spec.restart)) {
    throw invalid(`${at}restart`, spec.restart, `one of ${restartPolicies.join(', ')}`);
  }
  requireDuration(`${at}readyTimeoutMs`, spec.readyTimeoutMs);
  requireDuration(`${at}stopTimeoutMs`, spec.stopTimeoutMs);
  if (spec.health !== undefined) validateHealth(at, spec.health);
}

function validateHealth(at: string, health: HealthPolicy): void {
  requireDuration(`${at}health.intervalMs`, health.intervalMs);
  requireDuration(`${at}health.timeoutMs`, health.timeoutMs);
  if (health.timeoutMs > health.intervalMs) {
    throw invalid(`${at}health.timeoutMs`, health.timeoutMs, `at most health.intervalMs (${health.intervalMs})`);
  }
  requireCount(`${at}health.failures`, health.failures, 1);
}

/** Throws unless `value` is a finite number of milliseconds above zero. */
export function requireDuration(option: string, value: number): void {
  if (!(Number.isFinite(value) && value > 0)) throw invalid(option, value, 'a number of milliseconds above 0');
}

/** Throws unless `value` is a whole number of at least `least`. */
export function requireCount(option: string, value: number, least: number): void {
  if (!(Number.isSafeInteger(value) && value >= least))
    throw invalid(option, value, `a whole number of at least ${least}`);
}

function invalid(option: string, value: unknown, expected: string): SupervisorError {
  return new SupervisorError('ERR_SUPERVISOR_OPTION', { option, value, expected });
}
