// What the server sees of the rooms. The implementation is behind `createRooms`.
import type {
  FileEntry,
  Layers,
  Limits,
  OutputKind,
  ProcessEnd,
  ProcessInfo,
  ProcessState,
} from '@rowhouse/classroom-protocol';
import type { Clock } from '@rowhouse/supervisor';

/** Who a room is for. Nothing in it is a path: the launcher makes paths of it. */
export interface RoomOwner {
  /** The account's id: `[a-z0-9-]{1,36}`; names the workspace's folder. */
  readonly id: string;
  /** The student's own system user, unique, above the base that the launcher was given. */
  readonly uid: number;
}

export interface StartRequest {
  readonly kind: 'script' | 'repl';
  /** Path in the workspace; or the code itself. Neither: a REPL. */
  readonly file?: string;
  readonly source?: string;
  readonly args?: readonly string[];
  readonly thenRepl?: boolean;
}

/** Hears of one process. Calls come in order, never from within a call of the attachment's own methods. */
export interface Viewer {
  /** Text of one kind, or a picture; `next` is the offset behind it. */
  onOutput(piece: OutputPiece): void;
  /** Bytes that are no longer there. */
  onDropped(offset: number, next: number): void;
  onState(state: ProcessState): void;
  onAbandonWarning(inMs: number): void;
  /** After the last output; nothing follows. */
  onEnded(next: number, end: ProcessEnd): void;
}

export interface OutputPiece {
  readonly offset: number;
  readonly next: number;
  readonly kind: OutputKind;
  /** Whole characters of UTF-8; what is not UTF-8 was replaced. Empty for figures. */
  readonly text: string;
  /** The PNG of a figure. */
  readonly picture?: Buffer;
}

export interface Attachment {
  /** Everything up to here was taken. @throws RuntimeError `ERR_OFFSET` when that was never sent */
  acknowledge(offset: number): void;
  detach(): void;
}

/** One script or REPL of a student. */
export interface RoomProcess {
  readonly info: ProcessInfo;
  /**
   * @param from the first byte wanted; replayed from what is still there, whole characters and pictures
   * @param readOnly a teacher's look: never holds the process up, however slow
   * @throws RuntimeError `ERR_OFFSET` when `from` lies beyond the last byte produced
   */
  attach(viewer: Viewer, from: number, readOnly: boolean): Attachment;
  /** @returns resolves when it was applied, also when it had been applied before. @throws `ERR_PROCESS_ENDED` */
  input(inputId: string, text: string): Promise<void>;
  endInput(): void;
  interrupt(): void;
  /**
   * Asks, then ends; resolves when nothing of it is left.
   *
   * @param by what somebody else than the student is called, who then reads it
   */
  stop(reason?: 'stopped' | 'capacity' | 'server-stopped', by?: string): Promise<void>;
  pin(pinned: boolean): void;
}

/** File operations, as the student and in their room. All throw RuntimeError `ERR_FILE` with a `FileErrorCode`. */
export interface RoomFiles {
  list(path: string): Promise<readonly FileEntry[]>;
  stat(path: string): Promise<FileEntry & { readonly version: string }>;
  /** The content streams as it is read. */
  read(
    path: string,
  ): Promise<{ readonly version: string; readonly sizeBytes: number; readonly content: AsyncIterable<Buffer> }>;
  /** Whole or not at all (write, fsync, rename). @param expected a version, `null`: must not exist yet, `undefined`: whatever is there */
  write(
    path: string,
    content: AsyncIterable<Uint8Array>,
    expected: string | null | undefined,
  ): Promise<{ readonly version: string }>;
  createFolder(path: string): Promise<void>;
  /** Also moves. Never replaces what is there. */
  rename(path: string, to: string): Promise<void>;
  /** A folder with all it holds, when `recursive`. */
  remove(path: string, recursive: boolean): Promise<void>;
  usage(): Promise<{ readonly bytes: number; readonly files: number }>;
}

export interface Room {
  readonly owner: RoomOwner;
  readonly files: RoomFiles;
  /** Those that live, and those that ended within the last minutes. */
  processes(): readonly RoomProcess[];
  process(id: string): RoomProcess | undefined;
  /**
   * @param onQueued hears of every change of the position while it waits (1: next)
   * @throws RuntimeError `ERR_LIMIT` (names the limit), `ERR_CAPACITY` (queued too long), `ERR_ROOM_CLOSED`
   */
  start(request: StartRequest, onQueued: (position: number) => void, signal?: AbortSignal): Promise<RoomProcess>;
  close(reason: 'room-closed' | 'server-stopped'): Promise<void>;
}

export interface RoomUsage {
  readonly owner: string;
  readonly pssBytes: number;
  readonly cpuMs: number;
  readonly processes: number;
}

export type RoomsEvent =
  /** `pid` as the machine counts; 0: not known, where runs have no cgroup of their own. */
  | { readonly type: 'process-started'; readonly process: ProcessInfo; readonly pid: number }
  | { readonly type: 'process-ended'; readonly process: ProcessInfo; readonly end: ProcessEnd }
  /** It will be ended as abandoned in `inMs` unless somebody attaches, types or pins it. */
  | { readonly type: 'abandon-warning'; readonly process: ProcessInfo; readonly inMs: number }
  | { readonly type: 'limit-reached'; readonly owner: string; readonly limit: string; readonly message: string }
  | { readonly type: 'room-opened'; readonly owner: string; readonly tookMs: number }
  | { readonly type: 'room-closed'; readonly owner: string; readonly reason: string };

/** What one machine is let carry. */
export interface Capacity {
  readonly maxUsers: number;
  readonly maxActiveRuns: number;
  /** Rooms are opened, and runs started, while their memory (PSS) is below. */
  readonly memoryBytes: number;
  /** A run that could not begin for so long is refused. */
  readonly queueMs: number;
}

export interface Rooms {
  readonly layers: Layers;
  readonly python: string | null;
  /** The one there is, or a new one. Opens at most a few at a time. @throws RuntimeError `ERR_CAPACITY`, `ERR_ROOM_FAILED` */
  open(owner: RoomOwner): Promise<Room>;
  find(ownerId: string): Room | undefined;
  list(): readonly Room[];
  /** As last measured (every few seconds). */
  usage(): readonly RoomUsage[];
  counts(): {
    readonly rooms: number;
    readonly running: number;
    readonly queued: number;
    readonly fileOperations: number;
    readonly abandoned: number;
  };
  /** Ends every run with a reason, then every room. */
  close(): Promise<void>;
}

export interface RoomsOptions {
  /** Where the launcher listens. */
  readonly launcherSocket: string;
  /** A folder of the server's own for the sockets of rooms, which the launcher can reach. */
  readonly socketFolder: string;
  readonly limits: Limits;
  readonly capacity: Capacity;
  /** The machine's time: for what takes the machine time. */
  readonly clock: Clock;
  /** The class's time: for limits and life-times. */
  readonly classClock: Clock;
  readonly onEvent: (event: RoomsEvent) => void;
}
