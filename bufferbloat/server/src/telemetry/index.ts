export { serveTelemetry } from './channel.ts';
export type { Test } from './test.ts';
export { Tests } from './tests.ts';
