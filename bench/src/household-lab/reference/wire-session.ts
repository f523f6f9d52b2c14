import {
  ACK_STREAM,
  readFrameHeader,
  type SessionMessage,
  sessionMessageSchema,
  sessionRequestSchema,
  USER_PATHS,
} from '@rowhouse/bufferbloat-protocol';
import type { Conversation, WireConnection } from '@rowhouse/linklab';

/** One binary message as it arrived on the wire; all times are Unix milliseconds by the kernel or the frame's header. */
export interface WireUnit {
  readonly stream: number;
  readonly sequence: number;
  readonly dueMs: number;
  readonly arrivedMs: number;
  readonly bytes: number;
  readonly unit: number;
  readonly unitBytes: number;
  readonly quality: number;
}

/** One user's session as the wire carried it, in the order of arrival by direction. */
export interface WireSession {
  readonly userId: string;
  /** The server's `started`. */
  readonly startMs: number;
  readonly download: readonly WireUnit[];
  readonly upload: readonly WireUnit[];
  /** The server's last report, for what it dropped itself. */
  readonly lastReport: Extract<SessionMessage, { type: 'report' }> | undefined;
}

/** The sessions among the connections that had traffic, in the order of their opening. */
export function wireSessions(connections: readonly WireConnection[]): WireSession[] {
  return connections.flatMap(({ path, upload, download }) => {
    const userId = new RegExp(`^${USER_PATHS.session}/([a-z0-9-]+)`).exec(path)?.[1];
    if (userId === undefined) return [];
    const said = texts(download).map((text) => sessionMessageSchema.parse(text));
    const asked = texts(upload).map((text) => sessionRequestSchema.parse(text));
    const started = said.find((message) => message.type === 'started');
    if (started === undefined || asked.every(({ type }) => type !== 'start')) return [];
    return [
      {
        userId,
        startMs: started.startMs,
        download: units(download),
        upload: units(upload),
        lastReport: said.findLast((message) => message.type === 'report'),
      },
    ];
  });
}

function texts({ messages }: Conversation): unknown[] {
  return messages
    .filter(({ kind }) => kind === 'text')
    .map(({ head }) => JSON.parse(Buffer.from(head).toString()) as unknown);
}

function units({ messages }: Conversation): WireUnit[] {
  return messages.flatMap(({ kind, head, bytes, atMs }) => {
    const header = kind === 'binary' ? readFrameHeader(head) : undefined;
    if (header === undefined || header.stream === ACK_STREAM) return [];
    const { stream, sequence, dueMs, unit, unitBytes, quality } = header;
    return [{ stream, sequence, dueMs, arrivedMs: atMs, bytes, unit, unitBytes, quality }];
  });
}
