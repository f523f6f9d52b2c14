import type { SupervisorEvent } from './events.ts';

type Level = 'info' | 'warn' | 'error';

/** Where the lines go: any logger that takes an object and a message. */
export type EventLog = Readonly<Record<Level, (fields: object, message: string) => void>>;

const LEVELS: Readonly<Partial<Record<SupervisorEvent['type'], Level>>> = {
  'child-start-failed': 'error',
  'child-unhealthy': 'warn',
  'child-protocol-error': 'error',
  'child-killed': 'warn',
  'child-restarting': 'warn',
  'child-gave-up': 'error',
  'child-lost': 'error',
  'signal-refused': 'error',
  escalated: 'error',
};

/**
 * Logs one event: its type is the message, an error goes by the name `err`.
 *
 * @param more what the caller knows besides of the child
 */
export function logEvent(log: EventLog, event: SupervisorEvent, more: object = {}): void {
  const { type, ...figures } = event;
  const unasked = type === 'child-exited' && event.cause === 'own';
  const err = 'error' in event ? event.error : undefined; // by this name its sentence is logged as well
  log[unasked ? 'warn' : (LEVELS[type] ?? 'info')]({ ...figures, error: undefined, err, ...more }, type);
}
