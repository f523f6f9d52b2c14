export { serveTelemetry } from './channel.ts';
export { Flows } from './flows.ts';
export { Test, type Listener, type LoadConnection, type LoopDelays } from './test.ts';
export { ALONE_MS, Tests, type TestsOptions } from './tests.ts';
