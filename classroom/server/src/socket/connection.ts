import { type ClientMessage, clientMessageSchema, PROTOCOL_VERSION } from '@rowhouse/classroom-protocol';
import type { Room, RoomOwner, Rooms } from '@rowhouse/classroom-runtime';
import type { Logger } from '@rowhouse/service';
import type { Clock } from '@rowhouse/supervisor';
import type { RawData, WebSocket } from 'ws';
import type { Accounts } from '../accounts/api.ts';
import type { AuditEntry } from '../db/api.ts';
import type { AccountRecord, SessionEvents, SignedIn } from '../sessions/api.ts';
import { createAttachments } from './attachments.ts';
import { errorBody, INTERNAL_ERROR, SocketError } from './errors.ts';
import { createLine, type Line } from './line.ts';
import { createPace } from './pace.ts';
import { createReach } from './reach.ts';
import { type Desk, handle } from './requests.ts';

/** Closing codes of RFC 6455 and our own (from 4000). */
export const CLOSE = { flood: 1008, goingAway: 1001, signedOut: 4001 } as const;

const PROTOCOL_PROCESS_LENGTH = 64;
/** Of a message that is refused: a longer one is not even read. */
const SHORT_BYTES = 4096;

/** One page of one person. Everything it says is checked; nothing it says but a flood ends the connection. */
export interface Connection {
  readonly line: Line;
  readonly signedIn: SignedIn;
}

export interface ConnectionOptions {
  readonly rooms: Rooms;
  readonly accounts: Pick<Accounts, 'find'>;
  readonly sessions: SessionEvents;
  /** The system user of an account's room. */
  readonly ownerOf: (account: AccountRecord) => RoomOwner;
  /** Notes what somebody did with what is another's. */
  readonly audit: (entry: AuditEntry) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

export function serveConnection(socket: WebSocket, signedIn: SignedIn, options: ConnectionOptions): Connection {
  const { rooms, accounts, sessions, ownerOf, audit, clock, log } = options;
  const { account, session } = signedIn;
  const line = createLine(socket);
  const pace = createPace(() => clock.nowMs());
  const gone = new AbortController();
  const onFailure = (error: unknown) => log.error({ err: error, account: account.id }, 'a message could not be served');
  const openRoom = (): Promise<Room> => rooms.open(ownerOf(account));
  const desk: Desk = {
    line,
    who: account,
    reach: createReach(() => account, rooms, accounts),
    attachments: createAttachments(line),
    openRoom,
    gone: gone.signal,
    onStopped({ owner, kind }) {
      audit({ who: account.id, what: 'program-stopped', whom: owner, detail: kind, ip: null, atMs: clock.epochMs() });
    },
    onFailure,
  };
  let greeted = false;
  const endFlood = () => line.close(CLOSE.flood, 'too many messages');

  const greet = (message: Extract<ClientMessage, { type: 'hello' }>) => {
    if (message.protocol !== PROTOCOL_VERSION)
      throw new SocketError(
        'unsupported-version',
        `This server speaks version ${PROTOCOL_VERSION} of the protocol, the page version ${message.protocol}. Reload the page.`,
      );
    greeted = true;
    const { id, name, role } = account;
    const room = rooms.find(id);
    line.say({
      type: 'welcome',
      protocol: PROTOCOL_VERSION,
      user: { id, name, role },
      processes: (room?.processes() ?? []).map(({ info }) => info),
      python: rooms.python,
    });
    warm(line, openRoom, room !== undefined);
  };

  const take = async (data: RawData, isBinary: boolean): Promise<void> => {
    // With one buffer a message, as ws is told to deliver them.
    const bytes = data as Buffer;
    const verdict = pace(bytes.length);
    if (verdict === 'close') return endFlood();
    let about = 'message';
    let process: string | undefined;
    try {
      const json = isBinary || (verdict === 'refuse' && bytes.length > SHORT_BYTES) ? undefined : parseJson(bytes);
      ({ about, process } = subject(json));
      if (verdict === 'refuse') throw new SocketError('too-many-messages');
      const message = clientMessageSchema.safeParse(json);
      if (!message.success) throw new SocketError('bad-message', complaint(message.error.issues[0]));
      sessions.touch(session.id);
      if (message.data.type === 'hello') return greet(message.data);
      if (!greeted) throw new SocketError('hello-first');
      await handle(desk, message.data);
    } catch (error) {
      const body = errorBody(error);
      if (body === undefined) onFailure(error);
      line.say({ type: 'error', about, ...(process === undefined ? {} : { process }), error: body ?? INTERNAL_ERROR });
    }
    return undefined;
  };

  // A client that sends nothing else can keep the server as busy.
  for (const sign of ['ping', 'pong'] as const)
    socket.on(sign, () => {
      if (pace() === 'close') endFlood();
    });
  socket.on('message', (data, isBinary) => void take(data, isBinary));
  socket.on('error', () => {}); // followed by 'close'
  socket.on('close', () => {
    gone.abort();
    desk.attachments.detachAll();
  });
  return { line, signedIn };
}

/** Opens the room while the person still looks for the button, so that the first run starts as fast as the others. */
function warm(line: Line, openRoom: () => Promise<Room>, isOpen: boolean): void {
  if (!isOpen) line.say({ type: 'room', state: 'opening', message: 'Your room is being opened.' });
  openRoom().then(
    () => line.say({ type: 'room', state: 'open', message: 'Your room is open.' }),
    (error: unknown) =>
      line.say({ type: 'room', state: 'closed', message: (errorBody(error) ?? INTERNAL_ERROR).message }),
  );
}

function parseJson(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

/** What a refusal is about, as far as it can be told from something that may be anything. */
function subject(json: unknown): { about: string; process: string | undefined } {
  const { type, process } = (typeof json === 'object' && json !== null ? json : {}) as Record<string, unknown>;
  const isKnown = clientMessageSchema.options.some((option) => option.shape.type.value === type);
  const isName = typeof process === 'string' && process.length > 0 && process.length <= PROTOCOL_PROCESS_LENGTH;
  return { about: isKnown ? String(type) : 'message', process: isName ? process : undefined };
}

/** Names the field, never its content. */
function complaint(issue: { readonly path: readonly PropertyKey[]; readonly message: string } | undefined): string {
  const field = issue?.path.join('.') ?? '';
  return `The message is not one of the protocol${field === '' ? '' : `: ${field.slice(0, 60)} is not as expected`}.`;
}
