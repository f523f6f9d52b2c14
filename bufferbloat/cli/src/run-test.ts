import { type Recording, singleUserPlan } from '@rowhouse/bufferbloat-engine';
import { MAIN_PATHS, PING_PATHS, type TelemetryTick } from '@rowhouse/bufferbloat-protocol';
import { unixNowMs } from './clock.ts';
import { Conducting } from './conduct.ts';
import { startDownload } from './download.ts';
import { socketEndpoint } from './http.ts';
import { LoadGroup } from './load-group.ts';
import { type ProbeThread, startProbes } from './probe-thread.ts';
import { type Progress, Rates } from './rates.ts';
import { recordingOf } from './recorder.ts';
import { openTelemetry } from './telemetry.ts';
import { requestTicket } from './ticket.ts';
import { startUpload } from './upload.ts';

export interface TestOptions {
  readonly server: URL;
  /** Multiplies every time of the plan. */
  readonly scale: number;
  /** Whether to try UDP probes. */
  readonly udp: boolean;
  /** Stops the test. */
  readonly signal: AbortSignal;
  readonly progress: (progress: Progress) => void;
}

/**
 * Runs one test to its end. `undefined` if it was stopped; throws a `CliError` if it failed. Either way nothing is left
 * running, here or on the server.
 */
export async function runTest(options: TestOptions): Promise<Recording | undefined> {
  const failing = new AbortController();
  const either = AbortSignal.any([options.signal, failing.signal]);
  try {
    return await run(options, either, (error) => failing.abort(error));
  } catch (error) {
    if (failing.signal.aborted) throw failing.signal.reason;
    if (options.signal.aborted) return undefined;
    throw error;
  }
}

async function run(
  { server, scale, udp, progress }: TestOptions,
  signal: AbortSignal,
  fail: (error: Error) => void,
): Promise<Recording> {
  const ticket = await requestTicket(server, signal);
  const { token } = ticket;
  const conducting = new Conducting(singleUserPlan(scale));
  const rates = new Rates();
  const ticks: TelemetryTick[] = [];

  const telemetry = await openTelemetry(socketEndpoint(server, MAIN_PATHS.telemetry, token), signal, {
    tick: (tick) => {
      ticks.push(tick);
      const report = rates.uploaded(tick);
      if (report) conducting.feed({ type: 'rate', nowMs: unixNowMs(), ...report });
    },
    lost: fail,
  });
  const load = {
    download: new LoadGroup((events) => startDownload(server, token, events), fail),
    upload: new LoadGroup((events) => startUpload(server, token, events), fail),
  };
  let probes: ProbeThread | undefined;
  try {
    const url = socketEndpoint(server, PING_PATHS.probe, token, ticket.ping.port).href;
    probes = await startProbes(
      { url, udp: udp && ticket.ping.udp },
      {
        udp: (available) => conducting.feed({ type: 'udp', nowMs: unixNowMs(), available }),
        probe: (sentMs, rttMs) => {
          rates.latencyMs = rttMs;
          conducting.feed({ type: 'probe', nowMs: unixNowMs(), sentMs, rttMs });
        },
        failed: fail,
      },
    );
    await conducting.run({ telemetry, probes, load, rates }, signal, (state) => progress(rates.progress(state)));
    const report = await probes.finish();
    return recordingOf(ticket, conducting.state, rates, ticks, report);
  } finally {
    load.download.want(0);
    load.upload.want(0);
    telemetry.close();
    await probes?.abort();
  }
}
