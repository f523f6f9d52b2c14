import { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import { readFrameHeader, type SessionMessage } from '@rowhouse/bufferbloat-protocol';
import { LoopTiming } from '../../src/household/loop-timing.ts';
import { Loop } from '../../src/household/loop.ts';
import { Session } from '../../src/household/session.ts';
import { createPress } from '../../src/household/wire.ts';
import { createTcp } from '../../src/tcp/index.ts';
import { profileOf } from './start.ts';

export const FROM_MS = 1_790_000_000_000;
const tcp = createTcp('not in this test');

/** A connection whose other end is this test: it keeps what the server sends, and stops reading when told to. */
export class Line extends Duplex {
  readonly texts: SessionMessage[] = [];
  readonly frames: { readonly sequence: number; readonly bytes: number }[] = [];
  pings = 0;
  stuck = false;
  #waiting: (() => void) | undefined;
  #pending = Buffer.alloc(0);

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this._writev([{ chunk }], done);
  }

  override _writev(chunks: readonly { readonly chunk: Buffer }[], done: () => void): void {
    this.#pending = Buffer.concat([this.#pending, ...chunks.map(({ chunk }) => chunk)]);
    this.#parse();
    if (this.stuck) this.#waiting = done;
    else done();
  }

  release(): void {
    this.stuck = false;
    this.#waiting?.();
  }

  #parse(): void {
    for (;;) {
      const short = (this.#pending[1] ?? 0) & 127;
      const at = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (this.#pending.byteLength < at) return;
      const length =
        short < 126 ? short : short === 126 ? this.#pending.readUInt16BE(2) : Number(this.#pending.readBigUInt64BE(2));
      if (this.#pending.byteLength < at + length) return;
      this.#take((this.#pending[0] ?? 0) & 15, this.#pending.subarray(at, at + length));
      this.#pending = this.#pending.subarray(at + length);
    }
  }

  #take(opcode: number, payload: Buffer): void {
    if (opcode === 1) this.texts.push(JSON.parse(payload.toString()) as SessionMessage);
    else if (opcode === 9) this.pings += 1;
    else if (opcode === 2)
      this.frames.push({ sequence: readFrameHeader(payload)?.sequence ?? -1, bytes: payload.byteLength });
  }
}

/** A session on a line of its own, by a clock of the test's. */
export function open(id: string, { budgetBytes = Number.POSITIVE_INFINITY } = {}) {
  let nowMs = FROM_MS;
  let leftBytes = budgetBytes;
  const endings: string[] = [];
  const timing = new LoopTiming();
  const loop = new Loop(() => nowMs, timing);
  const line = new Line();
  const session = new Session(line as unknown as Socket, profileOf(id), false, {
    architecture: 'simple_multiprocess',
    instance: 0,
    tcp,
    press: createPress(tcp),
    nowMs: () => nowMs,
    loopDelayMs: () => 0,
    spend: (bytes) => (leftBytes -= bytes) >= 0,
    reschedule: (each) => loop.reschedule(each),
    onEnd(each, ending) {
      loop.remove(each);
      endings.push(ending);
    },
  });
  loop.add(session);
  return {
    line,
    session,
    loop,
    endings,
    /** How late the latest turn of the last two seconds was. */
    worstLateMs: () => timing.figures(nowMs).lateMs.worst,
    start: (more = {}) => session.onText(JSON.stringify({ type: 'start', baseOneWayMs: 0, ...more })),
    /** Lets time pass in turns of a millisecond; `eachS` happens at every full second. */
    pass(ms: number, everyMs = 1, eachS: () => void = () => {}) {
      for (const toMs = nowMs + ms; nowMs < toMs && loop.size > 0; ) {
        nowMs = Math.min(toMs, nowMs + everyMs);
        if ((nowMs - FROM_MS) % 1000 === 0) eachS();
        loop.turn();
      }
    },
  };
}
