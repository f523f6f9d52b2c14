import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { ProbeRate } from '@rowhouse/bufferbloat-engine';
import { CliError } from './errors.ts';
import type { FromProbes, ProbeReport, ProbeSettings, ToProbes } from './probe-messages.ts';

/** The probes of a test, in a thread of their own. */
export interface ProbeThread {
  setRate(rate: ProbeRate): void;
  /** Awaits what is in flight, at most 3 s, and ends the thread. */
  finish(): Promise<ProbeReport>;
  /** Ends the thread at once. Safe to call again. */
  abort(): Promise<void>;
}

export interface ProbeThreadEvents {
  readonly udp: (available: boolean) => void;
  readonly probe: (sentMs: number, rttMs: number) => void;
  readonly failed: (error: CliError) => void;
}

/** Always as built: a thread does not inherit the loader that runs sources. */
const PROGRAM = new URL('../dist/probe-worker.js', import.meta.url);
/** How long a thread that was told to end may take before it is ended. */
const END_MS = 2000;

/** Starts the thread and opens the probe connections. Resolves when they can be used. Throws `connection-lost`. */
export async function startProbes(settings: ProbeSettings, events: ProbeThreadEvents): Promise<ProbeThread> {
  const worker = new Worker(PROGRAM, { workerData: settings, execArgv: [] });
  const exited = once(worker, 'exit');
  const say = (message: ToProbes): void => worker.postMessage(message);
  let report: (report: ProbeReport) => void = () => {};

  const abort = async (): Promise<void> => {
    say({ type: 'abort' });
    const timer = setTimeout(() => void worker.terminate(), END_MS);
    await exited;
    clearTimeout(timer);
  };

  let failed = (error: CliError): void => events.failed(error);
  const ready = new Promise<void>((resolve, reject) => {
    failed = reject;
    worker.on('message', (message: FromProbes) => {
      if (message.type === 'ready') resolve();
      else if (message.type === 'udp') events.udp(message.available);
      else if (message.type === 'probe') events.probe(message.sentMs, message.rttMs);
      else if (message.type === 'report') report(message.report);
      else failed(new CliError('connection-lost', `the probe connection failed: ${message.message}`));
    });
    worker.on('error', (error) => failed(new CliError('connection-lost', `the probes failed: ${error.message}`)));
  });
  try {
    await ready;
  } catch (error) {
    await abort();
    throw error;
  }
  failed = events.failed;
  return {
    setRate: (rate) => say({ type: 'rate', rate }),
    finish: async () => {
      const reported = new Promise<ProbeReport>((resolve) => {
        report = resolve;
      });
      say({ type: 'finish' });
      const ended = exited.then(() => {
        throw new CliError('connection-lost', 'the probes ended without a report');
      });
      const seen = await Promise.race([reported, ended]);
      await exited;
      return seen;
    },
    abort,
  };
}
