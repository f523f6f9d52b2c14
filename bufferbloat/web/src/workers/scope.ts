import { nowMs, rebaseClock } from '../shared/clock.ts';
import type { WorkerCommand, WorkerReport } from '../shared/messages.ts';
import { StreamRegistry } from '../shared/registry.ts';

// A worker lives for one test.
rebaseClock();

/** How long streams may take to end once they are cancelled, in milliseconds; less than the page waits for the news. */
const END_MS = 800;

/** Every stream of this worker. */
export const registry = new StreamRegistry(nowMs);

/** Tells the page. */
export function report<Report>(message: Report): void {
  postMessage(message);
}

/** Calls back once after `delayMs`; returns what cancels it. */
export function after(delayMs: number, run: () => void): () => void {
  const timer = setTimeout(run, delayMs);
  return () => clearTimeout(timer);
}

/** Serves what every worker understands; returns the command when it is one of the worker's own. */
export function serveCommon<Command extends { readonly type: string }>(
  command: Command | WorkerCommand,
): Exclude<Command, WorkerCommand> | undefined {
  switch (command.type) {
    case 'census': {
      const expired = registry.cancelExpired();
      report<WorkerReport>({ type: 'census', open: registry.list(), expired });
      return undefined;
    }
    case 'close':
      registry.cancelAll('the test has ended');
      void registry.ended(END_MS).then((left) => report<WorkerReport>({ type: 'closed', left }));
      return undefined;
    default:
      return command as Exclude<Command, WorkerCommand>;
  }
}
