import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { LabError } from './errors.ts';
import { captureFilter, type CapturePorts, ECHO_PORT, samplingFor } from './filter.ts';
import type { Place } from './names.ts';
import { ADDRESSES } from './plan.ts';
import { endProcess, ownProgram, whenReady } from './processes.ts';
import type { EchoSample, SamplerOutput } from './samples.ts';
import { type CaptureSite, startTcpdump } from './tcpdump.ts';
import { type Truth, truthOf } from './truth.ts';

export interface CaptureOptions extends CapturePorts {
  /** Bytes that one probe carries, 1 to 1000; default 12. Tells probes from acknowledgements inside DTLS. */
  readonly probePayloadBytes?: number;
}

export interface Capture {
  /**
   * Ends the recording and works it out; takes about 1.5 s.
   *
   * Throws a `LabError` (`capture-failed`) when the kernel had to drop packets from the recording.
   */
  stop(): Promise<Truth>;
}

const ECHO_EVERY_MS = 50;
const RECORDED_BYTES = 128;

/** Starts tcpdump, the sampler and the echo stream; resolves when all of them record. */
export async function startCapture(options: CaptureOptions & CaptureSite): Promise<Capture> {
  const { spec } = options;
  const sampling = samplingFor(spec);
  const tcpdump = await startTcpdump(options, {
    file: 'capture.pcap',
    filter: captureFilter(options, sampling),
    recordedBytes: RECORDED_BYTES,
  });

  const start = async (place: Place, name: 'sampler' | 'udp-echo', ...args: string[]) => {
    const child = options.spawnAt(place, ownProgram(name, ...args));
    await whenReady(child, name);
    return child;
  };
  const port = String(ECHO_PORT);
  const [sampler, echoServer] = await Promise.all([
    start('router', 'sampler'),
    start('server', 'udp-echo', 'server', port),
  ]);
  const echoClient = await start('client', 'udp-echo', 'client', port, ADDRESSES.server, String(ECHO_EVERY_MS));

  return {
    async stop() {
      const echoes = JSON.parse(await finish(echoClient)) as EchoSample[];
      const samples = JSON.parse(await finish(sampler)) as SamplerOutput;
      await endProcess(echoServer, 1000);
      const packets = await tcpdump.stop();
      const probePayloadBytes = options.probePayloadBytes ?? 12;
      return truthOf({ spec, ports: options, sampling, probePayloadBytes, packets, samples, echoes });
    },
  };
}

/** Closes a program's input, which makes it print what it saw, and collects that. */
async function finish(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new LabError('program-failed', 'a program without output cannot report');
  const printed = text(child.stdout);
  const gone = once(child, 'exit');
  child.stdin?.end();
  await gone;
  return printed;
}
