import { rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import path from 'node:path';
import * as z from 'zod';
import { LauncherError } from './errors.ts';
import { ensureFolder, look, type Owner, ownUser, reasonOf } from './folders.ts';
import { createLines } from './lines.ts';
import {
  type LauncherAnswer,
  type LauncherEvent,
  type LauncherRequest,
  LINE_BYTES,
  type LauncherState,
  launcherRequestSchema,
} from './requests.ts';
import type { LauncherRooms } from './rooms.ts';

/** A client that does not take its answers is let go of. */
const UNREAD_BYTES = 4 * 1024 * 1024;

export interface LauncherServer {
  close(): Promise<void>;
}

export interface LauncherServerOptions {
  readonly socket: string;
  /** Who may connect; `undefined`: only this user. */
  readonly server: Owner | undefined;
  readonly rooms: LauncherRooms;
  readonly state: LauncherState;
  /** A request failed for a reason that is not the client's. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * Takes requests from the server. Nobody else can: the socket's folder belongs to this user and lets only the server's
 * group in. A room belongs to the connection that opened it, and is closed with it.
 *
 * @throws LauncherError `ERR_LAUNCHER_FOLDER`, or the system's error when it cannot listen
 */
export async function serveRequests(options: LauncherServerOptions): Promise<LauncherServer> {
  const { socket: socketPath, server: user } = options;
  const folder = path.dirname(socketPath);
  ensureFolder(folder, { uid: ownUser().uid, gid: user?.gid ?? ownUser().gid }, user === undefined ? 0o700 : 0o710);
  if (look(socketPath)?.isSocket()) rmSync(socketPath);
  const clients = new Set<Socket>();
  const server = createServer((socket) => {
    clients.add(socket);
    socket.on('close', () => clients.delete(socket));
    serveClient(socket, options);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path: socketPath, readableAll: true, writableAll: true }, resolve);
  });
  return {
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of clients) socket.destroy();
      await closed;
    },
  };
}

function serveClient(socket: Socket, options: LauncherServerOptions): void {
  const { rooms } = options;
  const own = new Set<string>();

  const say = (message: LauncherAnswer | LauncherEvent): void => {
    if (socket.writable) socket.write(`${JSON.stringify(message)}\n`);
    if (socket.writableLength > UNREAD_BYTES) socket.destroy();
  };
  const refuse = (id: number | null, error: unknown): void => {
    const known = error instanceof LauncherError;
    if (!known) options.onFailure(error);
    const shown = known ? error : new LauncherError('ERR_LAUNCHER_INTERNAL', { reason: reasonOf(error) });
    say({ id, ok: false, code: shown.code, message: shown.message });
  };

  const answer = async (request: LauncherRequest): Promise<unknown> => {
    switch (request.request) {
      case 'open': {
        const opened = await rooms.open(request, (event) => {
          own.delete(event.room);
          say(event);
        });
        own.add(request.room);
        // Left meanwhile: nobody would ever close it.
        if (socket.destroyed) await rooms.close(request.room);
        return opened;
      }
      case 'place':
        return rooms.place(request.room, request.spare, request.pid);
      case 'end-run':
        return rooms.endRun(request.room, request.spare);
      case 'close':
        await rooms.close(request.room);
        return {};
      case 'usage':
        return rooms.usage();
      case 'layers':
        return options.state;
    }
  };

  const lines = createLines(LINE_BYTES, (line) => {
    const request = parse(line);
    if ('refusal' in request) return refuse(request.id, request.refusal);
    answer(request).then(
      (result) => say({ id: request.id, ok: true, result }),
      (error: unknown) => refuse(request.id, error),
    );
  });
  socket.on('data', (chunk: Buffer) => {
    if (!lines.push(chunk)) socket.destroy();
  });
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    for (const room of own) rooms.close(room).catch(() => {});
  });
}

/** A refusal names the request's number, if that at least could be read. */
function parse(line: string): LauncherRequest | { readonly id: number | null; readonly refusal: LauncherError } {
  const refuse = (id: number | null, reason: string) => ({
    id,
    refusal: new LauncherError('ERR_LAUNCHER_REQUEST', { reason }),
  });
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return refuse(null, 'not JSON');
  }
  const parsed = launcherRequestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.map(String).join('.') ?? '';
  const id = numberedSchema.safeParse(value).data?.id ?? null;
  return refuse(id, `${where || 'request'} is not as it must be`);
}

const numberedSchema = z.object({ id: z.int().min(0) });
