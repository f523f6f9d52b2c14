/** Where each endpoint of the main server (port 8000) lives. */
export const MAIN_PATHS = {
  tests: '/tests',
  download: '/download',
  upload: '/upload',
  warmup: '/warmup',
  ping: '/ping',
  health: '/health',
  stats: '/stats',
  metrics: '/metrics',
  bulkDownload: '/ws/bulk-download',
  telemetry: '/ws/telemetry',
} as const;

/** Where each endpoint of the ping server (port 8005) lives. */
export const PING_PATHS = {
  ping: '/ping',
  health: '/health',
  stats: '/stats',
  metrics: '/metrics',
  probe: '/ws/probe',
} as const;

/** Ports that the documents give. */
export const DEFAULT_PORTS = { main: 8000, ping: 8005 } as const;

/** Name of the query parameter that carries a test's token on every load and probe endpoint. */
export const TOKEN_PARAMETER = 'token';
