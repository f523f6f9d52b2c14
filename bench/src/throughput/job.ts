/** One measurement: so many connections to one server, for so long. */
export interface Job {
  readonly server: string;
  readonly direction: 'download' | 'upload';
  readonly encrypted: boolean;
  readonly connections: number;
  readonly port: number;
  /** Path and query. */
  readonly target: string;
  /** How many requests a download connection sends at once: a server of finite files needs several. */
  readonly requests: number;
  /** The processes whose CPU time counts. */
  readonly pids: readonly number[];
}

export interface ClientSettings {
  readonly jobs: readonly Job[];
  readonly warmUpMs: number;
  readonly windowMs: number;
}

/** What one job moved in its window. */
export interface Outcome {
  readonly gigabytesPerS: number;
  /** Per CPU second of the server. */
  readonly gigabytesPerCpuS: number;
}

/** Called at the start and at the end of the window with the bytes moved so far. */
export type Mark = (bytes: number) => void;

/** An upload body: the most that the server takes. */
export const BODY_BYTES = 512 * 2 ** 20;
