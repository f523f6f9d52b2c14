import type { ProcessEnd, ProcessState } from '@rowhouse/classroom-protocol';
import type { Attachment, OutputPiece, RoomProcess, Viewer } from '../../src/api.ts';

/** A viewer that remembers everything. */
export interface Watcher extends Viewer {
  readonly pieces: readonly OutputPiece[];
  readonly states: readonly ProcessState[];
  readonly dropped: readonly (readonly [number, number])[];
  readonly warnings: readonly number[];
  /** All texts of those kinds, or of all. */
  text(...kinds: readonly OutputPiece['kind'][]): string;
  /** Resolves when the text of all kinds holds it. */
  saw(text: string): Promise<void>;
  reached(state: ProcessState): Promise<void>;
  readonly ended: Promise<ProcessEnd>;
  attachment: Attachment | undefined;
}

export function watch(
  process?: RoomProcess,
  options: { from?: number; readOnly?: boolean; ack?: boolean } = {},
): Watcher {
  const pieces: OutputPiece[] = [];
  const states: ProcessState[] = [];
  const dropped: [number, number][] = [];
  const warnings: number[] = [];
  let checks: (() => boolean)[] = [];
  let resolveEnded: (end: ProcessEnd) => void = () => {};
  const look = (): void => {
    checks = checks.filter((check) => !check());
  };
  const until = (condition: () => boolean) =>
    new Promise<void>((resolve) => {
      checks.push(() => {
        const met = condition();
        if (met) resolve();
        return met;
      });
      look();
    });
  const watcher: Watcher = {
    pieces,
    states,
    dropped,
    warnings,
    attachment: undefined,
    text: (...kinds) =>
      pieces
        .filter((piece) => kinds.length === 0 || kinds.includes(piece.kind))
        .map((piece) => piece.text)
        .join(''),
    saw: (text) => until(() => watcher.text().includes(text)),
    reached: (state) => until(() => states.at(-1) === state),
    ended: new Promise((resolve) => {
      resolveEnded = resolve;
    }),
    onOutput(piece) {
      pieces.push(piece);
      if (options.ack !== false) watcher.attachment?.acknowledge(piece.next);
      look();
    },
    onDropped: (offset, next) => void dropped.push([offset, next]),
    onState(state) {
      states.push(state);
      look();
    },
    onAbandonWarning: (inMs) => void warnings.push(inMs),
    onEnded: (_next, end) => resolveEnded(end),
  };
  if (process) watcher.attachment = process.attach(watcher, options.from ?? 0, options.readOnly ?? false);
  return watcher;
}
