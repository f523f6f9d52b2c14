export type { ChildPolicy, ChildSpec, HealthPolicy, RestartPolicy } from './child-spec.ts';
export { type Clock, systemClock } from './clock.ts';
export { type BackoffOptions, defaultBackoff } from './core/backoff.ts';
export type { RestartIntensity } from './core/intensity.ts';
export { SupervisorError, type SupervisorErrorCode } from './errors.ts';
export { type EventLog, logEvent } from './event-log.ts';
export type { ChildExit, StopCause, SupervisorEvent } from './events.ts';
export type { JsonValue } from './json.ts';
export { connectToSupervisor, type SupervisorLink } from './link.ts';
export { nodeProgram, type NodeProgram } from './node-program.ts';
export { createProcessTable, type ProcessStat, type ProcessTable, type ProcessUsage } from './process-table.ts';
export {
  createRegistry,
  type ProcessEntry,
  type ProcessRecord,
  type ProcessRegistry,
  type RegistryLimits,
} from './registry.ts';
export {
  createSafeSignal,
  type SafeSignal,
  type SafeSignalName,
  type SignalOutcome,
  type SignalRefusal,
  type SignalScope,
} from './safe-signal.ts';
export type { ChildStateName, ChildStatus } from './status.ts';
export { createSupervisor, type Supervisor, type SupervisorOptions } from './supervisor.ts';
