import type { EndReason, ProcessState } from '@rowhouse/classroom-protocol';
import type { Clock } from '@rowhouse/supervisor';

/** Ends a process: asks it first where that is fair, then has it killed. */
export interface Stopping {
  /** Why the server ends it, once it does. */
  readonly reason: EndReason | undefined;
  /** The first reason stays. */
  ask(reason: EndReason, state: ProcessState): void;
  /** It is in another state: at its prompt it can be told that there is no more to come. */
  stateChanged(state: ProcessState): void;
  /** It has ended. */
  done(): void;
}

export interface StoppingOptions {
  readonly clock: Pick<Clock, 'after'>;
  readonly interrupt: () => void;
  readonly endInput: () => void;
  readonly kill: () => void;
  /** It was killed, and the host says nothing of its end. */
  readonly onStuck: () => void;
}

const ASKING_MS = 2_000;
const REPORTING_MS = 5_000;

/** What goes on doing harm while it is asked. */
const AT_ONCE: ReadonlySet<EndReason> = new Set(['disk-limit', 'output-limit', 'memory-limit', 'room-closed']);

export function createStopping({ clock, interrupt, endInput, kill, onStuck }: StoppingOptions): Stopping {
  let reason: EndReason | undefined;
  let isDone = false;
  let cancel = () => {};

  const force = (): void => {
    cancel();
    cancel = clock.after(REPORTING_MS, onStuck);
    kill();
  };

  return {
    get reason() {
      return reason;
    },
    ask(asked, state) {
      if (reason !== undefined || isDone) return;
      reason = asked;
      if (AT_ONCE.has(asked)) return force();
      // Ctrl-C only clears the line of a REPL.
      if (state === 'waiting-for-code') endInput();
      else interrupt();
      cancel = clock.after(ASKING_MS, force);
    },
    stateChanged(state) {
      if (reason !== undefined && state === 'waiting-for-code') endInput();
    },
    done() {
      isDone = true;
      cancel();
    },
  };
}
