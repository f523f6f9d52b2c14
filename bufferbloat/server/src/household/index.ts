export { createSessionHost, type SessionHost, type SessionHostOptions, type SessionOptions } from './session-host.ts';
export type { SessionStats } from './tally.ts';
