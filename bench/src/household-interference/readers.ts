// Computers that take all that their process sends, from a process of its own; runs until it is killed.
// What arrives is dropped in the kernel, uncopied, and only its frames' heads are read, to acknowledge what came: a reader
// that copies costs more than the server that sends, and on a small machine the server would wait for it instead of
// being busy. They send the computer's uplink of 2 Mbit/s.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type SessionRequest, writeFrameHeader } from '@rowhouse/bufferbloat-protocol';
import koffi from 'koffi';
import { discover, takeHouseholdTicket } from '../shared/household.ts';
import { frame, textFrame, upgradeRequest } from '../shared/frames.ts';
import { programSettings } from '../shared/programs.ts';
import { loopback } from '../shared/tickets.ts';

export interface ReadersSettings {
  readonly mainPort: number;
  readonly userId: string;
  readonly sessions: number;
  /** Number of the first one's loopback address; every one has one of its own. */
  readonly firstAddress: number;
}

const receive = koffi.load(null).func('int64_t recv(int fd, void *buffer, uint64_t length, int flags)');
const MSG_PEEK = 0x02;
const MSG_TRUNC = 0x20;
const MSG_DONTWAIT = 0x40;
const WAIT_MS = 1;
/** 2 Mbit/s in messages of 5 ms, as the second stream of the profile. */
const UPLINK = { stream: 1, everyMs: 5, bytes: 1250 } as const;
const BINARY = 2;
const START = { type: 'start', adaptive: false, baseOneWayMs: 0 } satisfies SessionRequest;

/** One computer's connection, which Node itself never reads. */
class Reader {
  readonly #socket: Socket;
  readonly #fd: number;
  readonly #head = Buffer.alloc(10);
  #headBytes = 0;
  #frameBytes = 0;
  /** Of the frame's payload; -1: its head is being read. */
  #left = -1;
  #receivedBytes = 0;
  #sequence = 0;
  #sendMs = 0;

  constructor(socket: Socket) {
    const { _handle: handle } = socket as Socket & { _handle?: { fd: number } };
    if (handle === undefined) throw new Error('the session was closed at once');
    this.#socket = socket;
    this.#fd = handle.fd;
  }

  /** Takes the answer to the handshake, which must be there. */
  takeAnswer(): void {
    const peeked = Buffer.alloc(1024);
    const bytes = Number(receive(this.#fd, peeked, peeked.byteLength, MSG_PEEK | MSG_DONTWAIT));
    const end = peeked.subarray(0, Math.max(0, bytes)).indexOf('\r\n\r\n');
    if (end === -1 || !peeked.toString('latin1').startsWith('HTTP/1.1 101')) throw new Error('no session');
    receive(this.#fd, peeked, end + 4, MSG_DONTWAIT);
  }

  /** Drops what has come, and sends what is due. @returns whether anything had come */
  step(nowMs: number): boolean {
    let came = false;
    while (this.#left < 0 ? this.#readHead() : this.#drop()) came = true;
    if (nowMs >= this.#sendMs) this.#send(nowMs);
    return came;
  }

  #send(nowMs: number): void {
    this.#sendMs = Math.max(this.#sendMs, nowMs - UPLINK.everyMs) + UPLINK.everyMs;
    const payload = Buffer.alloc(UPLINK.bytes);
    const nothing = { keyFrame: false, quality: 0, unit: 0, unitBytes: 0, sentAfterMs: 0 };
    const { stream } = UPLINK;
    const header = { ...nothing, stream, sequence: this.#sequence++, dueMs: Date.now(), ackBytes: this.#receivedBytes };
    writeFrameHeader(new DataView(payload.buffer, payload.byteOffset, payload.byteLength), header);
    this.#socket.write(frame({ opcode: 2, payload }));
  }

  /** @returns whether there may be more */
  #readHead(): boolean {
    const short = (this.#head[1] ?? 0) & 0x7f;
    const wanted = this.#headBytes < 2 || short < 126 ? 2 : short === 126 ? 4 : 10;
    if (this.#headBytes < wanted) {
      const bytes = this.#receive(this.#head.subarray(this.#headBytes), wanted - this.#headBytes, 0);
      this.#headBytes += bytes;
      return bytes > 0;
    }
    const long = () => (wanted === 4 ? this.#head.readUInt16BE(2) : Number(this.#head.readBigUInt64BE(2)));
    this.#frameBytes = wanted === 2 ? short : long();
    this.#left = this.#frameBytes;
    this.#headBytes = 0;
    return true;
  }

  /** @returns whether there may be more */
  #drop(): boolean {
    const bytes = this.#left === 0 ? 0 : this.#receive(null, this.#left, MSG_TRUNC);
    this.#left -= bytes;
    if (this.#left > 0) return bytes > 0;
    this.#left = -1;
    if (((this.#head[0] ?? 0) & 15) !== BINARY) return true;
    this.#receivedBytes = (this.#receivedBytes + this.#frameBytes) >>> 0;
    return true;
  }

  /** @returns bytes taken; ends the program when the server has closed: a load that ends would make the round an idle one */
  #receive(into: Buffer | null, bytes: number, flags: number): number {
    const taken = Number(receive(this.#fd, into, bytes, flags | MSG_DONTWAIT));
    if (taken === 0) process.exit(1);
    return Math.max(0, taken);
  }
}

async function open(from: string): Promise<Reader> {
  const { token } = await takeHouseholdTicket(mainPort, from);
  const url = new URL((await discover(mainPort, from, userId, token)).websocket_url);
  const socket = connect({ host: '127.0.0.1', port: Number(url.port), localAddress: from }).pause();
  await once(socket, 'connect');
  const reader = new Reader(socket);
  socket.write(upgradeRequest(url.pathname + url.search));
  await new Promise((resolve) => setTimeout(resolve, 50));
  reader.takeAnswer();
  socket.write(textFrame(JSON.stringify(START)));
  return reader;
}

const { mainPort, userId, sessions, firstAddress } = programSettings<ReadersSettings>();
const readers: Reader[] = [];
/** Again at once while something comes: what a millisecond fits into the sockets' buffers would bound the rate. */
function turn(): void {
  const nowMs = performance.now();
  const came = readers.filter((reader) => reader.step(nowMs)).length > 0;
  if (came) setImmediate(turn);
  else setTimeout(turn, WAIT_MS);
}
turn();
for (let number = 0; number < sessions; number += 1) readers.push(await open(loopback(firstAddress + number)));
