import { type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from './errors.ts';
import { captureFilter, type CapturePorts, ECHO_PORT, samplingFor } from './filter.ts';
import type { LinkSpec } from './link.ts';
import type { Place } from './names.ts';
import { readPcap } from './pcap.ts';
import { ADDRESSES } from './plan.ts';
import { endProcess, ownProgram, whenReady } from './processes.ts';
import type { EchoSample, SamplerOutput } from './samples.ts';
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

/** What a recording needs from the lab it is made in. */
export interface CaptureSite {
  readonly spec: LinkSpec;
  readonly folder: string;
  spawnAt(place: Place, command: readonly string[], options?: SpawnOptions): ChildProcess;
}

const ECHO_EVERY_MS = 50;
const RECORDED_BYTES = 128;
const KERNEL_BUFFER_KIB = 32 * 1024;
// The kernel hands a half-filled block of packets to tcpdump no later than a second after its first packet.
const BLOCK_TIMEOUT_MS = 1000;

/** Starts tcpdump, the sampler and the echo stream; resolves when all of them record. */
export async function startCapture(options: CaptureOptions & CaptureSite): Promise<Capture> {
  const { spec, folder } = options;
  const sampling = samplingFor(spec);
  const file = join(folder, 'capture.pcap');
  const tcpdump = options.spawnAt('router', [
    'tcpdump',
    '--interface=any',
    '--relinquish-privileges=root',
    `--snapshot-length=${RECORDED_BYTES}`,
    `--buffer-size=${KERNEL_BUFFER_KIB}`,
    '--time-stamp-precision=nano',
    '-n',
    '-w',
    file,
    captureFilter(options, sampling),
  ]);
  const report = watchReport(tcpdump);
  await report.listening;

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
      await sleep(BLOCK_TIMEOUT_MS + 200);
      await endProcess(tcpdump, 5000);
      const dropped = report.dropped();
      if (dropped !== 0)
        throw new LabError('capture-failed', `the kernel dropped ${dropped} packets from the recording`);
      const packets = readPcap(await readFile(file));
      await rm(file);
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

function watchReport(tcpdump: ChildProcess): { readonly listening: Promise<void>; dropped(): number } {
  let report = '';
  const listening = new Promise<void>((resolve, reject) => {
    tcpdump.stderr?.on('data', (chunk: Buffer) => {
      report += chunk.toString();
      if (report.includes('listening on')) resolve();
    });
    tcpdump.once('error', reject);
    tcpdump.once('exit', () => reject(new LabError('capture-failed', `tcpdump ended: ${report.trim()}`)));
  });
  return {
    listening,
    dropped() {
      const count = /(\d+) packets? dropped by kernel/.exec(report)?.[1];
      if (count === undefined) throw new LabError('capture-failed', `tcpdump did not report: ${report.trim()}`);
      return Number(count);
    },
  };
}
