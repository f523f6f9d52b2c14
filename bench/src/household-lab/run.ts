import { once } from 'node:events';
import path from 'node:path';
import type { HouseholdResult } from '@rowhouse/bufferbloat-protocol';
import { firstLine, plainHousehold } from '@rowhouse/e2e';
import { openLab, parseLink, type Truth } from '@rowhouse/linklab';
import { type HouseholdLink, USER_PORTS } from './links.ts';
import { wireSessions, type WireSession } from './reference/wire-session.ts';

const SERVER = path.join(import.meta.dirname, '../../../bufferbloat/server/dist/main.js');
/** Users whose traffic is recorded whole; the computer's would be the line's whole rate, and its verdict needs none of it. */
const RECORDED_PORTS = [8001, 8002, 8003];
/** Longest that a test may take beside its time under load: start, baseline, awaited replies. */
const BESIDES_S = 60;

export interface HouseholdRun {
  readonly result: HouseholdResult;
  readonly truth: Truth;
  readonly sessions: readonly WireSession[];
  readonly baseRttMs: number;
}

/** One whole household test of the page in a real browser across one link; everything is gone afterwards. */
export async function runLink(link: HouseholdLink, fair: boolean, seconds: number): Promise<HouseholdRun> {
  const { rtt } = link;
  const plain = parseLink({ down: link.down, up: link.up, ...(rtt !== undefined && { rtt }) });
  const lab = await openLab(fair ? { ...plain, fairPorts: USER_PORTS } : plain);
  try {
    const server = lab.spawn('server', process.execPath, [SERVER, '--host', lab.serverAddress]);
    await firstLine(server.stdout, /healthy/);
    const capture = await lab.startCapture({ probePorts: [8005], loadPorts: [8000], userPorts: USER_PORTS });
    const recording = await lab.recordConnections(RECORDED_PORTS);
    const result = await householdTest(`http://${lab.serverAddress}:8000`, seconds, lab.clientNamespace);
    const [truth, connections] = await Promise.all([capture.stop(), recording.stop()]);
    server.kill('SIGTERM');
    await once(server, 'exit');
    return { result, truth, sessions: wireSessions(connections), baseRttMs: plain.baseRttMs ?? 0 };
  } finally {
    await lab.close();
  }
}

/** A test as a visitor makes it. */
export function householdTest(origin: string, seconds: number, namespace?: string): Promise<HouseholdResult> {
  return plainHousehold(`${origin}/?autostart=household&duration=${seconds}`, {
    timeoutMs: (seconds + BESIDES_S) * 1000,
    ...(namespace !== undefined && { namespace }),
  });
}
