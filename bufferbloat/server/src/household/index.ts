export { createSessionHost, type SessionHost } from './session-host.ts';
