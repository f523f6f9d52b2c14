import type { EndReason, Limits, ProcessEnd, ProcessKind } from '@rowhouse/classroom-protocol';
import type { Clock } from '@rowhouse/supervisor';
import type { RoomProcess } from '../api.ts';
import type { RunFacts } from '../launcher/requests.ts';
import type { HostMessageOf, ServerMessage } from '../room/wire.ts';

/** One process as its room drives it. */
export interface DrivenProcess extends RoomProcess {
  /** Resolves when it has ended and everybody was told as far as they follow. */
  readonly ended: Promise<ProcessEnd>;
  /** Memory that its output occupies. */
  readonly heldBytes: number;
  /** How long nobody looked at it and nothing was seen of it; 0 while somebody looks, or it is pinned. */
  quietMs(): number;
  end(reason: EndReason): Promise<void>;
  /** Until when it computed, and may have written files; now, while it does. */
  readonly ranUntilMs: number;
  /** As last measured. */
  readonly cpuMs: number;
  /** CPU time of the run so far, as the launcher counts. */
  measured(cpuMs: number): void;
  /** From the host. @throws WireError when it makes no sense */
  content(kind: number, bytes: Buffer): void;
  /** From the host. @throws WireError when it makes no sense */
  told(message: HostMessageOf<'state' | 'input-taken' | 'notice' | 'exit'>): void;
  /** The room is gone, and the process with it. */
  roomFailed(): void;
}

export interface ProcessOptions {
  readonly owner: string;
  readonly kind: ProcessKind;
  readonly file: string | null;
  /** Its number on the wire. */
  readonly channel: number;
  readonly limits: Limits;
  readonly clock: Clock;
  /** For its life: since when it runs, waits, is not looked at. */
  readonly classClock: Clock;
  /** @returns false when it is too long for a frame */
  readonly send: (message: ServerMessage) => boolean;
  /** The launcher ends what is left of the run, and tells what the kernel counted. */
  readonly endRun: () => Promise<RunFacts>;
  /** The host does not report the end of a process that was killed. */
  readonly onStuck: () => void;
  readonly onActivity: () => void;
  readonly onAbandonWarning: (inMs: number) => void;
  readonly onLimit: (limit: string, message: string) => void;
}
