import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { existingLabs } from '../src/names.ts';
import { type Lab, openLab, parseLink, type Truth, whyNoLab } from '../src/index.ts';

const obstacle = whyNoLab();
const BULK = new URL('fixtures/bulk.mjs', import.meta.url).pathname;
const LOAD_BYTES = 8_000_000;

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const numbers = (values: readonly (number | null)[]) => values.filter((value) => value !== null);

describe.skipIf(obstacle !== undefined)(`a link of 20 Mbit/s and 100 ms (${obstacle ?? 'root'})`, () => {
  let lab: Lab;
  let truth: Truth;
  let load: { fromMs: number; toMs: number; receivedBytes: number; interfaceBytes: number };

  beforeAll(async () => {
    lab = await openLab(parseLink({ down: '20mbit/100ms', up: '20mbit/100ms' }));
    const server = lab.spawn('server', process.execPath, [BULK, 'server', String(LOAD_BYTES)]);
    if (server.stdout !== null) await once(server.stdout, 'data');
    const capture = await lab.startCapture({ probePorts: [8005], loadPorts: [8000] });
    await sleep(1000); // the link is idle: about twenty echoes
    const interfaceBytes = async () =>
      Number((await lab.exec('client', 'cat', ['/sys/class/net/eth0/statistics/rx_bytes'])).stdout);
    const beforeBytes = await interfaceBytes();
    const fromMs = Date.now();
    const { stdout } = await lab.exec('client', process.execPath, [BULK, 'client', lab.serverAddress]);
    const toMs = Date.now();
    load = { fromMs, toMs, receivedBytes: Number(stdout), interfaceBytes: (await interfaceBytes()) - beforeBytes };
    truth = await capture.stop();
  });
  afterAll(() => lab.close());

  it('carries no packet that a real wire could not', () => {
    expect(truth.oversizePackets).toBe(0);
  });

  it('has no queue while idle', () => {
    const idle = truth.udpEchoTruth().filter((probe) => probe.sentAtMs < load.fromMs);
    expect(idle.length).toBeGreaterThan(10);
    expect(median(numbers(idle.map((probe) => probe.upSojournMs)))).toBeLessThan(0.5);
    expect(median(numbers(idle.map((probe) => probe.downSojournMs)))).toBeLessThan(0.5);
  });

  it('has a queue under load that is never deeper than it can be', () => {
    const sojournsMs = truth.loadSojourns('download').map((sample) => sample.sojournMs);
    expect(sojournsMs.length).toBeGreaterThan(500);
    // A packet may wait for the shaper's timer where the machine is busy, but not most of them.
    expect(Math.max(...sojournsMs)).toBeGreaterThan(95);
    expect(median(sojournsMs)).toBeGreaterThan(60);
    expect(median(sojournsMs)).toBeLessThan(101);
    const backlogsMs = truth.backlog('download').map((sample) => sample.queueMs);
    expect(Math.max(...backlogsMs)).toBeGreaterThan(85);
    expect(Math.max(...backlogsMs)).toBeLessThanOrEqual(100);
  });

  it('is seen alike by the router and by the echo stream that crosses it', () => {
    const { fromMs, toMs } = load;
    const within = (sample: { sentAtMs: number }) => sample.sentAtMs > fromMs && sample.sentAtMs < toMs;
    const truths = truth.udpEchoTruth().filter(within);
    const echoes = truth.udpEcho().filter(within);
    expect(Math.abs(truths.length - echoes.length)).toBeLessThanOrEqual(1);
    expect(median(numbers(truths.map((probe) => probe.roundTripMs)))).toBeGreaterThan(60);
    // The program reads some of them later where the machine is busy, and none before it is there.
    const laterMs = echoes
      .flatMap(({ sentAtMs, rttMs }) => {
        const atRouter = truths.find((probe) => Math.abs(probe.sentAtMs - sentAtMs) < 20);
        return rttMs === null || atRouter?.roundTripMs == null ? [] : rttMs - atRouter.roundTripMs;
      })
      .toSorted((a, b) => a - b);
    expect(laterMs.length).toBeGreaterThan(20);
    expect(laterMs[0]).toBeGreaterThan(-1);
    expect(laterMs[Math.floor(laterMs.length / 10)]).toBeLessThan(5);
  });

  it('counts what it carried', () => {
    expect(load.receivedBytes).toBe(LOAD_BYTES);
    const { wireBytes, packets, loadWireBytes, loadPayloadBytes } = truth.bytes('download', load.fromMs, load.toMs);
    // The client's own interface counted the same, give or take the echoes at the edges of the window.
    expect(Math.abs(wireBytes / load.interfaceBytes - 1)).toBeLessThan(0.005);
    expect(wireBytes / packets).toBeGreaterThan(1400);
    expect(loadPayloadBytes / loadWireBytes).toBeCloseTo(1448 / 1514, 3);
    // TCP may send a little twice when it takes a late packet for a lost one; it never sends less than was received.
    expect(loadPayloadBytes / LOAD_BYTES).toBeGreaterThan(0.995);
    expect(loadPayloadBytes / LOAD_BYTES).toBeLessThan(1.05);
    const back = truth.bytes('upload', load.fromMs, load.toMs);
    expect(Math.abs(back.wireBytes - back.ackBytes - back.otherBytes)).toBeLessThan(0.02 * back.wireBytes);
    // Never faster than the link.
    const [fromMs, toMs] = [load.fromMs + 1000, load.fromMs + 3000];
    const rateMbps = (truth.bytes('download', fromMs, toMs).wireBytes * 8) / (toMs - fromMs) / 1000;
    expect(rateMbps).toBeGreaterThan(16);
    expect(rateMbps).toBeLessThan(20.1);
  });

  it('runs cubic at both ends', async () => {
    for (const end of ['client', 'server'] as const) {
      const { stdout } = await lab.exec(end, 'cat', ['/proc/sys/net/ipv4/tcp_congestion_control']);
      expect(stdout.trim()).toBe('cubic');
    }
  });

  it('leaves nothing behind when closed', async () => {
    const sleeper = lab.spawn('client', 'sleep', ['1000'], { stdio: 'ignore' });
    await lab.close();
    expect(labsOf(process.pid)).toEqual([]);
    expect(existsSync(`/proc/${sleeper.pid}`)).toBe(false);
  });
});

function labsOf(pid: number | undefined): string[] {
  return existingLabs()
    .map(({ lab }) => lab)
    .filter((lab) => lab.startsWith(`rhlab-${pid}-`));
}
