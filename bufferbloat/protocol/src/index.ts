export * from './household/index.ts';
export * from './limits.ts';
export * from './paths.ts';
export * from './probe.ts';
export * from './result.ts';
export * from './signalling.ts';
export * from './telemetry.ts';
export * from './ticket.ts';
