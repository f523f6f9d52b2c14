import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import type { TelemetryTick } from '@rowhouse/bufferbloat-protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Listener } from '../../src/telemetry/test.ts';
import { ALONE_MS, Tests } from '../../src/telemetry/tests.ts';
import type { Tcp, TcpInfo } from '../../src/tcp/index.ts';

/** A kernel whose figures the test sets, and which remembers whom it reset. */
function createKernel() {
  const infos = new Map<Socket, TcpInfo>();
  const reset: Socket[] = [];
  const tcp: Tcp = {
    unavailable: undefined,
    info: (socket) => infos.get(socket),
    congestionControl: () => 'cubic',
    chooseCongestionControl: () => 'cubic',
    limitUnsent: () => {},
    limitUnread: () => {},
    gather: () => undefined,
    discard: () => 0,
    reset: (socket) => reset.push(socket),
  };
  return { tcp, infos, reset };
}

const newSocket = () => new EventEmitter() as Socket;
const info = (rttMs: number, deliveredBytes: number, retransmissions = 0): TcpInfo => ({
  rttMs,
  minRttMs: rttMs / 2,
  retransmissions,
  deliveredBytes,
  unsentBytes: 0,
});

function createListener(intervalMs = 100) {
  const ticks: TelemetryTick[] = [];
  const listener = { intervalMs, tick: (tick: TelemetryTick) => void ticks.push(tick), close: vi.fn() };
  return { ticks, listener: listener satisfies Listener, close: listener.close };
}

const START_MS = 1_000_000;
const claims = { testId: 'a', expiresAtMs: START_MS + 120_000 };

describe('Tests', () => {
  let kernel: ReturnType<typeof createKernel>;
  let tests: Tests;
  const stopped = vi.fn();
  const logged = vi.fn();

  beforeEach(() => {
    vi.useFakeTimers({ now: START_MS });
    stopped.mockClear();
    logged.mockClear();
    kernel = createKernel();
    tests = new Tests({
      tcp: kernel.tcp,
      log: { info: logged },
      watchLoopDelay: () => ({ takeWorstMs: () => 3, stop: stopped }),
      pingLoopDelayMs: () => 1,
      nowMs: Date.now,
    });
  });
  afterEach(() => vi.useRealTimers());

  it('tick with what was uploaded, one entry a heartbeat', () => {
    const test = tests.open(claims);
    const { listener, ticks } = createListener(300);
    test.listen(listener);
    vi.advanceTimersByTime(100); // the first tick is due at once
    test.uploaded(10);
    vi.advanceTimersByTime(300);
    expect(ticks).toHaveLength(2);
    expect(ticks[1]).toEqual({
      type: 'tick',
      timeMs: START_MS + 400,
      upload: [
        [START_MS + 200, 10],
        [START_MS + 300, 10],
        [START_MS + 400, 10],
      ],
      loopDelayMs: { main: 3, ping: 1 },
    });
  });

  it('weigh round trips by what each connection delivered since the tick before', () => {
    const test = tests.open(claims);
    const { listener, ticks } = createListener();
    test.listen(listener);
    const [a, b] = [newSocket(), newSocket()];
    kernel.infos.set(a, info(10, 1_000_000, 5)); // has served the page before
    kernel.infos.set(b, info(10, 0));
    const detach = test.attach({ direction: 'download', socket: a, proxied: false });
    test.attach({ direction: 'download', socket: b, proxied: false });
    kernel.infos.set(a, info(20, 1_300_000, 6));
    kernel.infos.set(b, info(40, 100_000, 2));
    vi.advanceTimersByTime(100);
    expect(ticks[0]?.tcp).toEqual({
      connections: 2,
      rttMs: 25,
      minRttMs: 10,
      retransmissions: 3,
      deliveredBytes: 400_000,
    });
    vi.advanceTimersByTime(100);
    expect(ticks[1]?.tcp?.rttMs).toBe(30); // nothing new: the plain mean
    detach();
    vi.advanceTimersByTime(100);
    expect(ticks[2]?.tcp).toMatchObject({ connections: 1, rttMs: 40, deliveredBytes: 400_000, retransmissions: 3 });
  });

  it('have no kernel figures of a connection that leads to a proxy, which is reset all the same', () => {
    const test = tests.open(claims);
    const { listener, ticks } = createListener();
    test.listen(listener);
    const socket = newSocket();
    kernel.infos.set(socket, info(10, 0));
    test.attach({ direction: 'download', socket, proxied: true });
    vi.advanceTimersByTime(100);
    expect(ticks[0]).not.toHaveProperty('tcp');
    test.stopLoad('download');
    expect(kernel.reset).toEqual([socket]);
  });

  it('have no kernel figures while there is no download', () => {
    const test = tests.open(claims);
    const { listener, ticks } = createListener();
    test.listen(listener);
    test.attach({ direction: 'upload', socket: newSocket(), proxied: false });
    vi.advanceTimersByTime(100);
    expect(ticks[0]).not.toHaveProperty('tcp');
  });

  it('reset the load of the direction that is asked for', () => {
    const test = tests.open(claims);
    const [down, up] = [newSocket(), newSocket()];
    test.attach({ direction: 'download', socket: down, proxied: false });
    test.attach({ direction: 'upload', socket: up, proxied: false });
    test.stopLoad('upload');
    expect(kernel.reset).toEqual([up]);
  });

  it('reset all load when the listener goes, and take no more until there is another', () => {
    const test = tests.open(claims);
    const { listener } = createListener();
    test.listen(listener);
    const socket = newSocket();
    test.attach({ direction: 'download', socket, proxied: false });
    test.unlisten(listener, Date.now());
    expect(kernel.reset).toEqual([socket]);
    expect(() => tests.join(claims)).toThrow('This test is over');
    test.listen(createListener().listener);
    expect(tests.join(claims)).toBe(test);
  });

  it('let a newer telemetry socket take over without touching the load', () => {
    const test = tests.open(claims);
    const [first, second] = [createListener(), createListener()];
    test.listen(first.listener);
    test.attach({ direction: 'download', socket: newSocket(), proxied: false });
    test.listen(second.listener);
    expect(first.close).toHaveBeenCalledOnce();
    test.unlisten(first.listener, Date.now());
    expect(kernel.reset).toEqual([]);
  });

  it('forget a test that nobody listens to, and then run no timer', () => {
    const test = tests.join(claims);
    const socket = newSocket();
    test.attach({ direction: 'upload', socket, proxied: false });
    vi.advanceTimersByTime(ALONE_MS - 100);
    expect([tests.size, kernel.reset.length]).toEqual([1, 0]);
    vi.advanceTimersByTime(100);
    expect([tests.size, kernel.reset.length]).toEqual([0, 1]);
    expect(vi.getTimerCount()).toBe(0);
    expect(stopped).toHaveBeenCalledOnce();
  });

  it('end a test whose token has expired, however busy it is', () => {
    const test = tests.open(claims);
    const { listener, close } = createListener();
    test.listen(listener);
    vi.advanceTimersByTime(120_000);
    expect(close).toHaveBeenCalledOnce();
    expect([tests.size, vi.getTimerCount()]).toEqual([0, 0]);
  });

  it('log one line when they end, with what they came to', () => {
    const test = tests.open(claims);
    const { listener } = createListener();
    test.listen(listener);
    test.uploaded(10);
    test.downloaded(20);
    vi.advanceTimersByTime(3_000);
    test.unlisten(listener, Date.now());
    expect(logged).not.toHaveBeenCalled();
    tests.open({ ...claims, testId: 'b' });
    vi.advanceTimersByTime(ALONE_MS);
    const summary = { durationMs: 3_000, uploadedBytes: 10, downloadedBytes: 20 };
    expect(logged.mock.calls).toEqual([
      [{ testId: 'a', ...summary, reason: 'closed' }, 'test ended'],
      [{ testId: 'b', durationMs: 5_000, uploadedBytes: 0, downloadedBytes: 0, reason: 'unattended' }, 'test ended'],
    ]);
  });

  it('drain: wait for the last one, at most until the deadline', async () => {
    const test = tests.open(claims);
    const { listener, close } = createListener();
    test.listen(listener);
    const drained = vi.fn();
    void tests.drain(1_000).then(drained);
    await vi.advanceTimersByTimeAsync(900);
    expect(drained).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(100);
    expect(drained).toHaveBeenCalledOnce();
    expect(close).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });
});
