import { connect, type Socket } from 'node:net';
import { FRAME_HEADER_BYTES, type FrameHeader, writeFrameHeader } from '@rowhouse/bufferbloat-protocol';
import { sendDirectly } from './direct-send.ts';
import { type FrameListener, FrameReader } from './frame-reader.ts';
import { upgradeRequest } from './frames.ts';

export interface SocketEvents extends Pick<FrameListener, 'onBinary' | 'onText'> {
  /** Called once: the server has closed it, said goodbye, or broken the protocol; or the kernel has given up. */
  onEnd(reason: string): void;
}

/** A WebSocket as bare as it gets, for many sessions in one process. */
export interface SessionSocket {
  /** Bytes that the kernel has not taken yet. */
  readonly unsentBytes: number;
  sendText(text: string): void;
  /** A message of `bytes` in all: a header and incompressible filling. */
  sendFrame(header: FrameHeader, bytes: number): void;
  /** A whole frame; it may be written over as soon as this returns. */
  sendWhole(frame: Buffer): void;
  close(): void;
}

/** One for all sockets: it is used up before the next one reads. */
const RECEIVE_BUFFER = Buffer.allocUnsafe(256 * 1024);
const FILLING = Buffer.alloc(1024 * 1024).map(() => Math.floor(Math.random() * 256));
const MASK = 0x80;
const GIVE_UP_MS = 10_000;

/** Opens a fresh TCP connection and upgrades it. @throws Error with the server's answer when it does not switch protocols */
export function openSessionSocket(address: string, from: string, events: SocketEvents): Promise<SessionSocket> {
  const url = new URL(address);
  return new Promise((resolve, reject) => {
    let answer: string | undefined = '';
    let ended = false;
    const end = (reason: string) => {
      if (ended) return;
      ended = true;
      clearTimeout(patience);
      socket.destroy();
      if (answer === undefined) events.onEnd(reason);
      else reject(new Error(`${url.pathname}: ${reason}`));
    };
    const reader = new FrameReader({
      ...events,
      onPing: (data) => socket.write(Buffer.concat([frameHead(10, data.byteLength), data])),
      onClose: (code) => end(`closed by the server with ${code}`),
    });
    const receive = (bytes: number, buffer: Uint8Array): boolean => {
      if (answer !== undefined) {
        answer += Buffer.from(buffer.subarray(0, bytes)).toString('latin1');
        const headEnd = answer.indexOf('\r\n\r\n');
        if (headEnd === -1) return true;
        if (!answer.startsWith('HTTP/1.1 101')) {
          end(answer.replaceAll('\r\n', ' ').slice(0, 300));
          return false;
        }
        const chunk = Buffer.from(answer.slice(headEnd + 4), 'latin1');
        answer = undefined;
        clearTimeout(patience);
        resolve(sessionSocket(socket, end));
        // The caller has the socket before it hears of a message.
        queueMicrotask(() => push(chunk, chunk.byteLength));
        return true;
      }
      push(buffer, bytes);
      return true;
    };
    const push = (chunk: Uint8Array, bytes: number) => {
      try {
        if (!ended) reader.push(chunk, bytes);
      } catch (error) {
        end(String(error));
      }
    };
    const onread = { buffer: RECEIVE_BUFFER, callback: receive };
    const socket = connect({ host: '127.0.0.1', port: Number(url.port), localAddress: from, noDelay: true, onread });
    const patience = setTimeout(() => end('no answer within 10 s'), GIVE_UP_MS);
    socket.on('error', (error) => end(error.message));
    socket.on('close', () => end('connection lost'));
    socket.write(upgradeRequest(url.pathname + url.search));
  });
}

function sessionSocket(socket: Socket, end: (reason: string) => void): SessionSocket {
  return {
    get unsentBytes() {
      return socket.writableLength;
    },
    sendText(text) {
      const payload = Buffer.from(text);
      socket.write(Buffer.concat([frameHead(1, payload.byteLength), payload]));
    },
    sendFrame(header, bytes) {
      const head = frameHead(2, bytes, FRAME_HEADER_BYTES);
      writeFrameHeader(new DataView(head.buffer, head.byteOffset + head.byteLength - FRAME_HEADER_BYTES), header);
      socket.cork();
      socket.write(head);
      if (bytes > FRAME_HEADER_BYTES) socket.write(FILLING.subarray(0, bytes - FRAME_HEADER_BYTES));
      socket.uncork();
    },
    sendWhole: (frame) => sendDirectly(socket, frame),
    close: () => end('closed by the client'),
  };
}

/** The head of a final frame with a mask of zeros, which leaves the payload as it is, and room for more behind it. */
function frameHead(opcode: number, length: number, extraBytes = 0): Buffer {
  const bytes = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const head = Buffer.alloc(bytes + 4 + extraBytes);
  head[0] = 0x80 | opcode;
  head[1] = MASK | (bytes === 2 ? length : bytes === 4 ? 126 : 127);
  if (bytes === 4) head.writeUInt16BE(length, 2);
  else if (bytes === 10) head.writeBigUInt64BE(BigInt(length), 2);
  return head;
}
