export { ServiceError, systemReason, type ServiceErrorCode } from './errors.ts';
export { listen, reservePort } from './listen.ts';
export { createLogger, LOG_LEVELS, type Logger, type LoggerOptions } from './logs.ts';
export { watchLoopDelay, type LoopDelay } from './loop-delay.ts';
export { createMetrics, type Metrics } from './metrics.ts';
export { dropPrivileges, findAccount, type Account } from './privileges.ts';
export { createStopper, type Stopper } from './stop.ts';
export { readTlsMaterial, tlsOptions, type TlsMaterial } from './tls.ts';
