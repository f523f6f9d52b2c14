import {
  type Limits,
  type NoticeReason,
  type OutputKind,
  type ProcessState,
  STREAM,
} from '@rowhouse/classroom-protocol';
import type { Clock } from '@rowhouse/supervisor';
import { CONTENT } from '../room/wire.ts';
import { WireError } from '../room/wire-error.ts';
import { createFigureParts } from './figures.ts';
import { createFlow } from './flow.ts';
import { createOutputRate, OUTPUT_RATE_SECONDS } from './output-rate.ts';
import { createRing, type Ring } from './ring.ts';
import { createUtf8Cleaner } from './utf8.ts';
import { createPacer } from './pacer.ts';
import { createViewers, type Viewers } from './viewers.ts';

/** What a process has produced, and those who look at it. */
export interface Output {
  readonly ring: Ring;
  readonly viewers: Viewers;
  /** As the host sent it. @throws WireError when it is no kind of output, or more than was allowed */
  content(kind: number, bytes: Buffer): void;
  /** Something of our own: what was typed, a notice. */
  say(kind: 'input' | 'notice', text: string): void;
  tellState(state: ProcessState): void;
  /** Nothing more comes: what was held back is output too. */
  finish(): void;
}

export interface OutputOptions {
  readonly limits: Limits;
  readonly clock: Pick<Clock, 'nowMs' | 'after'>;
  /** The host may go on up to there, by its own count. */
  readonly onWindow: (upTo: number) => void;
  readonly onTooFast: () => void;
  readonly onNotice: (notice: NoticeReason) => void;
}

const TEXTS = { [CONTENT.stdout]: 'stdout', [CONTENT.stderr]: 'stderr', [CONTENT.prompt]: 'prompt' } as const;

export function createOutput({ limits, clock, onWindow, onTooFast, onNotice }: OutputOptions): Output {
  const ring = createRing(STREAM.ringBytes);
  const flow = createFlow();
  const rate = createOutputRate();
  const figure = createFigureParts();
  const texts = new Map<number, { readonly kind: OutputKind; readonly cleaner: ReturnType<typeof createUtf8Cleaner> }>(
    Object.entries(TEXTS).map(([code, kind]) => [Number(code), { kind, cleaner: createUtf8Cleaner() }]),
  );
  const mostBytes = limits.outputBytesPerS * OUTPUT_RATE_SECONDS;
  let finished = false;

  const moveWindow = (): void => {
    const upTo = finished ? undefined : flow.grant(viewers.roomBytes);
    if (upTo !== undefined) onWindow(upTo);
  };
  const viewers = createViewers(ring, moveWindow);
  const pacer = createPacer(clock, () => {
    viewers.pump();
    moveWindow();
  });

  const append = (kind: OutputKind, bytes: Buffer): void => {
    if (bytes.length === 0) return;
    ring.append(kind, bytes);
    pacer.wake();
  };

  const appendFigure = (bytes: Buffer, last: boolean): void => {
    const picture = figure.push(bytes, last);
    if (picture === 'too-large') onNotice('figure-too-large');
    else if (picture !== undefined) append('figure', picture);
  };

  return {
    ring,
    viewers,
    content(kind, bytes) {
      flow.received(bytes.length);
      const text = texts.get(kind);
      if (text !== undefined) append(text.kind, text.cleaner.push(bytes));
      else if (kind === CONTENT.figurePart || kind === CONTENT.figureEnd) {
        appendFigure(bytes, kind === CONTENT.figureEnd);
      } else throw new WireError(`output of kind ${kind}`);
      if (rate.add(bytes.length, clock.nowMs()) > mostBytes) onTooFast();
    },
    say(kind, string) {
      append(kind, Buffer.from(string.endsWith('\n') ? string : `${string}\n`));
    },
    tellState(state) {
      viewers.tellState(state);
      pacer.wake();
    },
    finish() {
      if (finished) return;
      finished = true;
      for (const { kind, cleaner } of texts.values()) append(kind, cleaner.end());
    },
  };
}
