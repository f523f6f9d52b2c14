import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from './errors.ts';
import type { LinkSpec } from './link.ts';
import type { Place } from './names.ts';
import { type Packet, readPcap } from './pcap.ts';
import { endProcess } from './processes.ts';

/** What a recording needs from the lab it is made in. */
export interface CaptureSite {
  readonly spec: LinkSpec;
  readonly folder: string;
  spawnAt(place: Place, command: readonly string[], options?: SpawnOptions): ChildProcess;
}

export interface TcpdumpOptions {
  /** Name of the file within the lab's folder. */
  readonly file: string;
  /** In the language of tcpdump. */
  readonly filter: string;
  /** How much of each packet is kept. */
  readonly recordedBytes: number;
  /** Only what leaves the router, not what arrives. */
  readonly outgoingOnly?: boolean;
}

const KERNEL_BUFFER_KIB = 32 * 1024;
// The kernel hands a half-filled block of packets to tcpdump no later than a second after its first packet.
const BLOCK_TIMEOUT_MS = 1000;

/** Starts to record at both interfaces of the router; resolves when it does. */
export async function startTcpdump(
  site: CaptureSite,
  options: TcpdumpOptions,
): Promise<{
  /** Ends the recording and reads it; takes about 1.5 s. Throws a `LabError` (`capture-failed`) if packets are missing. */
  stop(): Promise<Packet[]>;
}> {
  const file = join(site.folder, options.file);
  const tcpdump = site.spawnAt('router', [
    'tcpdump',
    '--interface=any',
    '--relinquish-privileges=root',
    `--snapshot-length=${options.recordedBytes}`,
    `--buffer-size=${KERNEL_BUFFER_KIB}`,
    '--time-stamp-precision=nano',
    ...(options.outgoingOnly === true ? ['--direction=out'] : []),
    '-n',
    '-w',
    file,
    options.filter,
  ]);
  const report = watchReport(tcpdump);
  await report.listening;
  return {
    async stop() {
      await sleep(BLOCK_TIMEOUT_MS + 200);
      await endProcess(tcpdump, 5000);
      const dropped = report.dropped();
      if (dropped !== 0)
        throw new LabError('capture-failed', `the kernel dropped ${dropped} packets from the recording`);
      const packets = readPcap(await readFile(file));
      await rm(file);
      return packets;
    },
  };
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
