import type { ChildSpec } from './child-spec.ts';
import type { Clock } from './clock.ts';
import type { Child, ChildPhase } from './core/types.ts';
import type { ChildExit } from './events.ts';
import type { JsonValue } from './json.ts';
import type { Runner } from './runner.ts';

export type ChildStateName = ChildPhase['name'] | 'lost';

export interface ChildStatus {
  readonly id: string;
  readonly owner: string;
  readonly kind: string;
  readonly pid?: number;
  /** `lost`: it did not end after SIGKILL. */
  readonly state: ChildStateName;
  /** Automatic ones, since the child was first started. */
  readonly restarts: number;
  /** Milliseconds since 1970. */
  readonly readySince?: number;
  /** Of the current run. */
  readonly lastReport?: JsonValue;
  readonly lastExit?: ChildExit;
}

export function childStatus(child: Child, spec: ChildSpec, runner: Runner, clock: Clock): ChildStatus {
  const { phase, run, restarts, lastExit } = child;
  const pid = runner.pid(run);
  const lastReport = runner.lastReport(run);
  return {
    id: spec.id,
    owner: spec.owner,
    kind: spec.kind,
    state: phase.name === 'stopped' && phase.lost ? 'lost' : phase.name,
    restarts,
    ...(pid === undefined ? {} : { pid }),
    ...(phase.name === 'ready' ? { readySince: clock.epochMs() - (clock.nowMs() - phase.sinceMs) } : {}),
    ...(lastReport === undefined ? {} : { lastReport }),
    ...(lastExit === undefined ? {} : { lastExit }),
  };
}
