import type { Limits } from '@rowhouse/classroom-protocol';
import type { Clock } from '@rowhouse/supervisor';
import type { StartRequest } from '../api.ts';
import { RuntimeError } from '../errors.ts';
import { NO_FACTS } from '../process/ending.ts';
import { FIRST_WINDOW_BYTES } from '../process/flow.ts';
import type { DrivenProcess } from '../process/driven.ts';
import { createProcess } from '../process/process.ts';
import type { ChannelMessage } from './channels.ts';
import { MOST_FRAME_BYTES } from './frames.ts';
import type { Session } from './session.ts';
import { WireError } from './wire-error.ts';

export interface RunOptions {
  readonly owner: string;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly classClock: Clock;
  readonly onActivity: () => void;
  readonly onAbandonWarning: (process: DrivenProcess, inMs: number) => void;
  readonly onLimit: (limit: string, message: string) => void;
}

export interface StartedRun {
  readonly process: DrivenProcess;
  /** As the machine counts; `null`: not known. */
  readonly pid: number | null;
  /** As its room's host counts; `null`: it ended before it began. */
  readonly spare: number | null;
}

/** A spare waits, or is forked and placed within a few ms. */
const STARTING_MS = 10_000;

/** Has a spare of the room become a program. @throws RuntimeError `ERR_LIMIT` (too long), `ERR_ROOM_FAILED` */
export function startRun(session: Session, request: StartRequest, options: RunOptions): Promise<StartedRun> {
  const { owner, limits, clock, classClock } = options;
  const { link, channels } = session;
  const kind = request.kind === 'script' && (request.file ?? request.source) !== undefined ? 'script' : 'repl';
  const file = kind === 'script' ? (request.file ?? null) : null;

  return new Promise((resolve, reject) => {
    let spare: number | undefined;
    const cancel = clock.after(STARTING_MS, () => session.fail(new Error('a program was not started in time')));

    const told = (message: ChannelMessage): void => {
      if (message.t === 'file-done') throw new WireError('file-done of a program');
      if (message.t === 'started') {
        if (spare !== undefined) throw new WireError('started twice');
        ({ spare } = message);
        cancel();
        return resolve({ process, pid: session.use(spare), spare });
      }
      process.told(message);
      if (message.t !== 'exit') return;
      channels.close(number);
      cancel();
      // It had ended before it began.
      if (spare === undefined) resolve({ process, pid: null, spare: null });
    };
    const number = channels.open({
      content(contentKind, bytes) {
        if (spare === undefined) throw new WireError('output of a program that has not started');
        process.content(contentKind, bytes);
      },
      told,
      lost() {
        cancel();
        process.roomFailed();
        reject(new RuntimeError('ERR_ROOM_FAILED', { owner, reason: 'it ended while a program was started' }));
      },
    });
    const process: DrivenProcess = createProcess({
      owner,
      kind,
      file,
      channel: number,
      limits,
      clock,
      classClock,
      send: (message) => link.send(message),
      endRun: () => (spare === undefined ? Promise.resolve(NO_FACTS) : session.endRun(spare)),
      onStuck: () => session.fail(new WireError('nothing of the end of a program that was killed')),
      onActivity: options.onActivity,
      onAbandonWarning: (inMs) => options.onAbandonWarning(process, inMs),
      onLimit: options.onLimit,
    });
    const fits = link.send({
      t: 'start',
      process: number,
      mode: kind,
      file,
      source: kind === 'script' && file === null ? (request.source ?? null) : null,
      args: request.args ?? [],
      thenRepl: kind === 'script' && (request.thenRepl ?? false),
      window: FIRST_WINDOW_BYTES,
    });
    if (fits) return;
    cancel();
    channels.close(number);
    process.roomFailed();
    reject(new RuntimeError('ERR_LIMIT', { limit: 'programBytes', value: MOST_FRAME_BYTES }));
  });
}
