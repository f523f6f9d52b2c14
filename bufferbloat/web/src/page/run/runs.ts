import { listenToPage } from './page-events.ts';
import type { RunStatus } from './state.ts';

/** A test under way. */
export interface Run<End> {
  run(): Promise<End>;
  stop(): void;
  /** Ends at once; nothing of it is told any more. */
  abandon(): void;
  setHidden(hidden: boolean): void;
  setOffline(offline: boolean): void;
}

export interface RunsOptions<End> {
  readonly status: () => RunStatus;
  readonly update: (patch: { readonly status?: RunStatus; readonly offline?: boolean }) => void;
  /** The run is over; `undefined`: because the page goes away. */
  readonly onEnd: (end: End | undefined) => void;
  /** The page goes away, whether there is a run or not. */
  readonly onLeave?: () => void;
}

export interface Runs<End> {
  readonly isActive: boolean;
  /** Begins the one run there is at a time. @param create is told how to find out whether it still is that one */
  begin(create: (isCurrent: () => boolean) => Run<End>): void;
  stop(): void;
  dispose(): void;
}

/** One test after the other, and what happens to the page meanwhile. */
export function createRuns<End>({ status, update, onEnd, onLeave }: RunsOptions<End>): Runs<End> {
  let current: Run<End> | undefined;

  /** Should the page come back (back-forward cache), it shows a stopped test. */
  function abandon(): void {
    onLeave?.();
    if (!current) return;
    current.abandon();
    current = undefined;
    onEnd(undefined);
  }

  const endListening = listenToPage({
    onLeave: abandon,
    onNetwork: (offline) => {
      update({ offline });
      current?.setOffline(offline);
    },
    onHidden: (hidden) => current?.setHidden(hidden),
  });

  return {
    get isActive() {
      return current !== undefined;
    },
    begin(create) {
      const run = create(() => current === run);
      current = run;
      void run.run().then((end) => {
        if (current !== run) return;
        current = undefined;
        onEnd(end);
      });
    },
    stop() {
      if (status() === 'starting' || status() === 'running') update({ status: 'stopping' });
      current?.stop();
    },
    dispose() {
      endListening();
      abandon();
    },
  };
}
