import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { openLab, parseLink, whyNoLab } from '../src/index.ts';

const obstacle = whyNoLab();
const HOUSEHOLD = new URL('fixtures/household.mjs', import.meta.url).pathname;

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** What the router did to the probes of one user while another filled the line. */
async function share(fairPorts?: readonly number[]) {
  const spec = parseLink({ down: '20mbit/200ms', up: '20mbit/200ms' });
  const lab = await openLab(fairPorts === undefined ? spec : { ...spec, fairPorts });
  try {
    const server = lab.spawn('server', process.execPath, [HOUSEHOLD, 'server']);
    if (server.stdout !== null) await once(server.stdout, 'data');
    const capture = await lab.startCapture({ probePorts: [], loadPorts: [], userPorts: [8001, 8002] });
    await lab.exec('client', process.execPath, [HOUSEHOLD, 'client', lab.serverAddress, '3']);
    const truth = await capture.stop();
    const load = truth.loadSojourns('download');
    const fromMs = (load[0]?.atMs ?? Number.NaN) + 1000; // slow start has filled the queue by then
    const toMs = (load.at(-1)?.atMs ?? Number.NaN) - 100;
    const within = truth.probes().filter(({ sentAtMs }) => sentAtMs >= fromMs && sentAtMs < toMs);
    const { wireBytes } = truth.bytes('download', fromMs, toMs);
    return {
      ports: new Set(within.map(({ port }) => port)),
      downMs: median(within.flatMap(({ downSojournMs }) => downSojournMs ?? [])),
      loadMs: load.flatMap(({ atMs, sojournMs }) => (atMs >= fromMs && atMs < toMs ? sojournMs : [])),
      rateMbps: (wireBytes * 8) / (toMs - fromMs) / 1000,
      backlogMs: Math.max(...truth.backlog('download').map(({ queueMs }) => queueMs)),
    };
  } finally {
    await lab.close();
  }
}

describe.skipIf(obstacle !== undefined)(`one line of 20 Mbit/s and two users (${obstacle ?? 'root'})`, () => {
  it('with one queue, each waits behind the other', async () => {
    const { ports, downMs, loadMs, rateMbps } = await share();
    expect([...ports]).toEqual([8002]);
    expect(downMs).toBeGreaterThan(20);
    expect(downMs).toBeGreaterThan(median(loadMs) / 2);
    expect(rateMbps).toBeGreaterThan(16);
  });

  it('with fair sharing, nobody waits behind another, and the line is as full', async () => {
    const { ports, downMs, loadMs, rateMbps, backlogMs } = await share([8001, 8002]);
    expect([...ports]).toEqual([8002]);
    expect(downMs).toBeLessThan(median(loadMs) / 2);
    // The greedy one has the line and a short queue to itself: 10 ms at the line's rate.
    expect(Math.max(...loadMs)).toBeGreaterThan(5);
    expect(median(loadMs)).toBeLessThan(15);
    expect(backlogMs).toBeGreaterThan(2);
    expect(rateMbps).toBeGreaterThan(16);
    expect(rateMbps).toBeLessThan(20.5);
  });
});
