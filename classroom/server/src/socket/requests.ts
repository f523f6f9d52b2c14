import type { ClientMessage, ProcessInfo } from '@rowhouse/classroom-protocol';
import type { Room, RoomProcess, StartRequest } from '@rowhouse/classroom-runtime';
import type { AccountRecord } from '../sessions/api.ts';
import type { Attachments } from './attachments.ts';
import { errorBody, INTERNAL_ERROR } from './errors.ts';
import type { Line } from './line.ts';
import type { Reach } from './reach.ts';

/** What answers the messages of one client once it has said hello. */
export interface Desk {
  readonly line: Line;
  readonly who: AccountRecord;
  readonly reach: Reach;
  readonly attachments: Attachments;
  /** One's own room, opened if need be. */
  readonly openRoom: () => Promise<Room>;
  /** Fires when the connection is gone: nobody waits for a turn any more. */
  readonly gone: AbortSignal;
  /** Hears of a program of somebody else's that is stopped. */
  readonly onStopped: (info: ProcessInfo) => void;
  /** Takes what nobody foresaw. */
  readonly onFailure: (error: unknown) => void;
}

type Message<T extends ClientMessage['type']> = Extract<ClientMessage, { type: T }>;

/** Does what a message asks for. Rejects with what is to be told as an `error` about it. */
export async function handle(desk: Desk, message: Exclude<ClientMessage, { type: 'hello' }>): Promise<void> {
  const { reach, attachments, line } = desk;
  switch (message.type) {
    case 'run':
    case 'repl':
      return start(desk, message.requestId, startRequest(message));
    case 'input':
      await reach.own(message.process).input(message.inputId, message.text);
      return line.say({ type: 'input-taken', process: message.process, inputId: message.inputId });
    case 'end-input':
      return reach.own(message.process).endInput();
    case 'interrupt':
      return reach.own(message.process).interrupt();
    case 'stop':
      return stop(desk, message.process);
    case 'pin':
      return reach.own(message.process).pin(message.pinned);
    case 'attach': {
      const { process, readOnly } = await reach.visible(message.process);
      return attachments.attach(process, message.from, readOnly);
    }
    case 'detach':
      return attachments.detach(message.process);
    case 'ack':
      return attachments.acknowledge(message.process, message.offset);
    case 'list': {
      const room = await reach.roomOf(message.user);
      const processes = (room?.processes() ?? []).map(({ info }) => info);
      return line.say({ type: 'processes', requestId: message.requestId, processes });
    }
    default:
      return message satisfies never;
  }
}

/** One's own; a teacher also what runs away with a student, who reads who it was. */
async function stop({ reach, who, onStopped }: Desk, id: string): Promise<void> {
  const { process, readOnly } = await reach.visible(id);
  if (!readOnly) return process.stop('stopped');
  if (process.info.state !== 'ended') onStopped(process.info);
  return process.stop('stopped', who.displayName);
}

function startRequest(message: Message<'run' | 'repl'>): StartRequest {
  if (message.type === 'repl') return { kind: 'repl' };
  const { file, source, args, thenRepl } = message;
  return {
    kind: 'script',
    ...(file === undefined ? {} : { file }),
    ...(source === undefined ? {} : { source }),
    ...(args === undefined ? {} : { args }),
    ...(thenRepl === undefined ? {} : { thenRepl }),
  };
}

/** Refusals name the request, so that a page knows which of its buttons they are about. */
async function start(desk: Desk, requestId: string, request: StartRequest): Promise<void> {
  const { line, attachments, gone } = desk;
  let process: RoomProcess;
  try {
    const room = await desk.openRoom();
    process = await room.start(request, (position) => line.say({ type: 'queued', requestId, position }), gone);
  } catch (error) {
    if (gone.aborted) return;
    const body = errorBody(error);
    if (body === undefined) desk.onFailure(error);
    return line.say({ type: 'refused', requestId, error: body ?? INTERNAL_ERROR });
  }
  line.say({ type: 'started', requestId, process: process.info });
  if (line.open) attachments.attach(process, 0, false);
}
