import type { OutputPiece, Viewer } from '@rowhouse/classroom-runtime';
import type { Line } from './line.ts';

/** Passes on what a process says, as the protocol spells it. @param onEnded nothing follows */
export function createViewer(line: Line, process: string, onEnded: () => void): Viewer {
  return {
    onOutput: (piece) => line.say(message(process, piece)),
    onDropped: (offset, next) => line.say({ type: 'dropped', process, offset, next, bytes: next - offset }),
    onState: (state) => line.say({ type: 'state', process, state }),
    onAbandonWarning: (inMs) => line.say({ type: 'abandon-warning', process, inMs }),
    onEnded(next, end) {
      line.say({ type: 'ended', process, next, end });
      onEnded();
    },
  };
}

function message(process: string, { offset, next, kind, text, picture }: OutputPiece): Parameters<Line['say']>[0] {
  if (kind !== 'figure') return { type: 'output', process, offset, next, kind, text };
  const base64 = picture?.toString('base64') ?? '';
  return { type: 'figure', process, offset, next, mediaType: 'image/png', base64 };
}
