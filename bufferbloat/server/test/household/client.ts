import {
  FRAME_HEADER_BYTES,
  readFrameHeader,
  writeFrameHeader,
  type FrameHeader,
  type SessionMessage,
  type SessionRequest,
} from '@rowhouse/bufferbloat-protocol';
import { WebSocket } from 'ws';

export interface Arrived {
  readonly header: FrameHeader;
  readonly bytes: number;
  readonly atMs: number;
}

export const unixMs = (): number => performance.timeOrigin + performance.now();

/** A client of a session that keeps everything it hears. */
export class Client {
  readonly socket: WebSocket;
  readonly frames: Arrived[] = [];
  readonly said: SessionMessage[] = [];
  ackBytes = 0;
  closeCode: number | undefined;
  #listeners = new Set<() => void>();

  constructor(url: string) {
    this.socket = new WebSocket(url, { perMessageDeflate: false, rejectUnauthorized: false });
    this.socket.on('error', () => {});
    this.socket.on('message', (data: Buffer, binary) => {
      if (binary) {
        const header = readFrameHeader(data);
        if (header) this.frames.push({ header, bytes: data.byteLength, atMs: unixMs() });
        this.ackBytes += data.byteLength;
      } else this.said.push(JSON.parse(data.toString()) as SessionMessage);
      this.#tell();
    });
    this.socket.on('close', (code) => {
      this.closeCode = code;
      this.#tell();
    });
  }

  /** Waits for the next message of a type, those that have come before included. */
  async hears<T extends SessionMessage['type']>(type: T): Promise<Extract<SessionMessage, { type: T }>> {
    await this.until(() => this.said.some((message) => message.type === type));
    return this.said.findLast((message) => message.type === type) as Extract<SessionMessage, { type: T }>;
  }

  async until(wanted: () => boolean): Promise<void> {
    while (!wanted()) {
      await new Promise<void>((resolve) => {
        const done = () => {
          this.#listeners.delete(done);
          resolve();
        };
        this.#listeners.add(done);
      });
    }
  }

  async closed(): Promise<number> {
    await this.until(() => this.closeCode !== undefined);
    return this.closeCode ?? 0;
  }

  request(request: SessionRequest): void {
    this.socket.send(JSON.stringify(request));
  }

  /** Sends a message of a stream. */
  send(header: Partial<FrameHeader>, bytes = 100): void {
    this.socket.send(messageOf({ dueMs: unixMs(), ackBytes: this.ackBytes, ...header }, bytes));
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

export function messageOf(header: Partial<FrameHeader>, bytes: number): Buffer {
  const data = Buffer.alloc(Math.max(bytes, FRAME_HEADER_BYTES));
  writeFrameHeader(new DataView(data.buffer, data.byteOffset), {
    stream: 0,
    keyFrame: false,
    quality: 0,
    sequence: 0,
    unit: 0,
    unitBytes: 0,
    dueMs: 0,
    sentAfterMs: 0,
    ackBytes: 0,
    ...header,
  });
  return data;
}
