import { connect, type Socket } from 'node:net';
import * as z from 'zod';
import { LauncherError, LauncherRefusal } from './launcher/errors.ts';
import { createLines } from './launcher/lines.ts';
import {
  type LauncherEvent,
  type LauncherRequest,
  type LauncherRoomUsage,
  type LauncherState,
  LINE_BYTES,
  launcherAnswerSchema,
  launcherEventSchema,
  launcherStateSchema,
  openedSchema,
  placedSchema,
  type RunFacts,
  roomUsageSchema,
  runFactsSchema,
} from './launcher/requests.ts';

/** Answers of `usage` hold every room. */
const ANSWER_BYTES = 1024 * 1024;

/** The server's way to the launcher. All methods reject with `LauncherRefusal` (its code and sentence) or LauncherError `ERR_LAUNCHER_LOST`. */
export interface LauncherClient {
  /** @returns the room's first process, as this machine counts; its host will connect to the socket */
  open(room: { room: string; uid: number; socket: string; token: string }): Promise<{ readonly pid: number }>;
  /** Puts a waiting process, named as the room counts, into a cgroup of its own. */
  place(room: string, spare: number, pid: number): Promise<{ readonly pid: number | null }>;
  /** Ends what is left of a run; resolves when nothing is. */
  endRun(room: string, spare: number): Promise<RunFacts>;
  /** Ends all of a room; resolves when nothing is left. */
  close(room: string): Promise<void>;
  usage(): Promise<readonly LauncherRoomUsage[]>;
  layers(): Promise<LauncherState>;
  /** Lets go of the launcher, which then closes every room of this client. */
  end(): void;
}

export interface LauncherHandlers {
  onEvent(event: LauncherEvent): void;
  /** Once: the launcher is gone, and every room with it. Not called after `end`. */
  onLost(error: Error): void;
}

type Asked<R extends LauncherRequest['request']> = Omit<Extract<LauncherRequest, { request: R }>, 'id'>;
type Question = { [R in LauncherRequest['request']]: Asked<R> }[LauncherRequest['request']];

/** @throws LauncherError `ERR_LAUNCHER_LOST` when nothing listens on `socketPath` */
export async function connectToLauncher(socketPath: string, handlers: LauncherHandlers): Promise<LauncherClient> {
  const socket = await dial(socketPath);
  const waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  let lastId = 0;
  let over: Error | undefined;

  const lose = (reason: string, told: boolean): void => {
    if (over) return;
    over = new LauncherError('ERR_LAUNCHER_LOST', { reason });
    socket.destroy();
    for (const asked of waiting.values()) asked.reject(over);
    waiting.clear();
    if (told) handlers.onLost(over);
  };

  const lines = createLines(ANSWER_BYTES, (line) => {
    const message = parse(line);
    if (message === undefined) return lose('it said what is not a message', true);
    if ('event' in message) return handlers.onEvent(message);
    const asked = message.id === null ? undefined : waiting.get(message.id);
    if (message.id === null || !asked) return lose(`it answered what was not asked`, true);
    waiting.delete(message.id);
    if (message.ok) asked.resolve(message.result);
    else asked.reject(new LauncherRefusal(message.code, message.message));
  });
  socket.on('data', (chunk: Buffer) => {
    if (!lines.push(chunk)) lose('it said a line that is too long', true);
  });
  socket.on('error', (error) => lose(error.message, true));
  socket.on('close', () => lose('it closed the connection', true));

  const ask = async <T>(question: Question, schema: z.ZodType<T>): Promise<T> => {
    if (over) throw over;
    lastId += 1;
    const id = lastId;
    const line = JSON.stringify({ ...question, id });
    if (Buffer.byteLength(line) > LINE_BYTES) throw new LauncherRefusal('ERR_LAUNCHER_REQUEST', 'too long a request');
    const result = await new Promise<unknown>((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      socket.write(`${line}\n`);
    });
    return schema.parse(result);
  };

  const nothing = z.strictObject({});
  return {
    open: async (room) => ask({ request: 'open', ...room }, openedSchema),
    place: async (room, spare, pid) => ask({ request: 'place', room, spare, pid }, placedSchema),
    endRun: async (room, spare) => ask({ request: 'end-run', room, spare }, runFactsSchema),
    async close(room) {
      await ask({ request: 'close', room }, nothing);
    },
    usage: async () => ask({ request: 'usage' }, z.array(roomUsageSchema)),
    layers: async () => ask({ request: 'layers' }, launcherStateSchema),
    end: () => lose('this side closed the connection', false),
  };
}

async function dial(socketPath: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath);
    socket.once('error', (error) => reject(new LauncherError('ERR_LAUNCHER_LOST', { reason: error.message })));
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}

const messageSchema = z.union([launcherAnswerSchema, launcherEventSchema]);

function parse(line: string): z.infer<typeof messageSchema> | undefined {
  try {
    return messageSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
