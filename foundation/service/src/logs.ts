import { pino, type DestinationStream, type Logger } from 'pino';

export type { Logger } from 'pino';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

export interface LoggerOptions {
  /** Named on every line. */
  readonly service: string;
  /** Named on every line. */
  readonly port: number;
  readonly level: string;
  /** Default: stderr, written synchronously so that the last line before a crash is not lost. */
  readonly destination?: DestinationStream;
}

/** JSON lines: `level`, `time` (ISO 8601), `service`, `port`, what the caller adds, `msg`. */
export function createLogger({ service, port, level, destination }: LoggerOptions): Logger {
  return pino(
    {
      level,
      base: { service, port },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination ?? pino.destination({ dest: 2, sync: true }),
  );
}
