import type { UserProfile } from '@rowhouse/bufferbloat-protocol';
import type { TlsMaterial } from '@rowhouse/service';
import type { GuardSettings } from './guard/index.ts';

/**
 * What the supervisor hands to each program over its control channel. Plain data; never in arguments or the
 * environment, where other users of the machine could read the secret.
 */
interface ProgramSettings {
  /** Address to listen on; `::` means both families. */
  readonly host: string;
  readonly port: number;
  /** `null`: plain HTTP. */
  readonly tls: TlsMaterial | null;
  /** Signs tokens and the processes' requests to each other; made anew at every start, 64 hex digits. */
  readonly secretHex: string;
  /** For `setClockOrigin`: one clock for both programs, also when one of them is started again. */
  readonly clockOriginMs: number;
  readonly guard: GuardSettings;
  /** Name or number of the user to become when started as root. */
  readonly user: string;
  readonly logLevel: string;
}

export interface MainSettings extends ProgramSettings {
  /** Where the ping server listens, on the same host. */
  readonly pingPort: number;
  /** How long running tests may take to finish once the server is asked to stop, in milliseconds. */
  readonly drainMs: number;
  readonly household: HouseholdSettings;
}

export interface PingSettings extends ProgramSettings {
  /** Address under which the world reaches this machine (NAT 1:1), or `null`. */
  readonly publicAddress: string | null;
}

/** One process of the household, as the main server finds it. */
export interface HouseholdProcess {
  /** Its name among the supervisor's children: the user type, from the second instance on with a number. */
  readonly id: string;
  readonly userId: string;
  /** Which of the type's processes, from 0. */
  readonly instance: number;
  readonly port: number;
}

/**
 * What the launcher tells the main server whenever something about the processes changes: over the control channel, so
 * that it knows of a process that died before the next connection is refused.
 */
export type ProcessReport = {
  /** The whole system has been asked to stop. */
  readonly stopping: boolean;
  readonly processes: readonly ProcessState[];
};

export type ProcessState = {
  readonly id: string;
  readonly port: number;
  /** The supervisor's word for it: `ready`, `starting`, `backoff`, `stopped`, … */
  readonly state: string;
  /** Automatic ones, since the system was started. */
  readonly restarts: number;
  readonly pid?: number;
  /** Unix time in milliseconds. */
  readonly readySinceMs?: number;
};

/** The household as the main server needs it. */
export interface HouseholdSettings {
  /** In the order of the cards. */
  readonly profiles: readonly UserProfile[];
  /** Empty: the main server serves all users itself. */
  readonly processes: readonly HouseholdProcess[];
  /** Sessions at once of each process. */
  readonly sessionsPerProcess: number;
}

/** One process of one user type. */
export interface UserSettings extends ProgramSettings {
  readonly profile: UserProfile;
  /** Which of the type's processes, from 0. */
  readonly instance: number;
  /** Sessions at once; beyond it 503 with Retry-After. */
  readonly maxSessions: number;
  /** How long running sessions may take to finish once the process is asked to stop, in milliseconds. */
  readonly drainMs: number;
  /** Address under which the world reaches this machine (NAT 1:1), or `null`. */
  readonly publicAddress: string | null;
}

/** What the ping server answers on `/stats`; the main server reads it every second. */
export interface PingStats {
  readonly uptimeS: number;
  /** Whether UDP probes are to be had, and why not. */
  readonly udp: boolean;
  readonly udpReason: string | null;
  /** Worst delay of the event loop within the last second, in milliseconds. */
  readonly loopDelayMs: number;
  readonly connections: number;
  /** Open probe sockets and data channels. */
  readonly probes: number;
  readonly channels: number;
  readonly answered: { readonly websocket: number; readonly udp: number };
}

/** What a user process answers on `/stats`, as far as the main server reads it several times a second. */
export interface UserStats {
  readonly uptimeS: number;
  readonly udp: boolean;
  readonly udpReason: string | null;
  /** Takes no new sessions. */
  readonly draining: boolean;
  /** Worst delay of the event loop within the last second, in milliseconds. */
  readonly loopDelayMs: number;
  readonly connections: number;
  readonly probes: number;
  readonly channels: number;
  readonly sessions: {
    readonly active: number;
    readonly max: number;
    /** All that were ever opened. */
    readonly opened: number;
  };
}
