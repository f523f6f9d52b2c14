import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Lab, openLab, parseLink, type WireConnection, type WireMessage, whyNoLab } from '../src/index.ts';

const obstacle = whyNoLab();
const TALK = new URL('fixtures/talk.mjs', import.meta.url).pathname;

type Arrivals = readonly (readonly [number: number, bytes: number, atMs: number])[];

const number = ({ head }: WireMessage) => Buffer.from(head).readUInt32BE(0);

/** Small queues, so that much is lost and sent again, and a round trip, so that it hurts. */
describe.skipIf(obstacle !== undefined)(`a recorded conversation on a lossy line (${obstacle ?? 'root'})`, () => {
  let lab: Lab;
  let connections: WireConnection[];
  let atServer: Arrivals;
  let atClient: Arrivals;
  let refused: number;

  beforeAll(async () => {
    lab = await openLab(parseLink({ down: '30mbit/5ms', up: '10mbit/5ms', rtt: '20ms' }));
    const server = lab.spawn('server', process.execPath, [TALK, 'server']);
    if (server.stdout === null) throw new Error('the fixture has no output');
    const lines = createInterface(server.stdout);
    await once(lines, 'line');
    const heard = once(lines, 'line');
    const capture = await lab.startCapture({ probePorts: [], loadPorts: [], userPorts: [8001] });
    const recording = await lab.recordConnections([8001]);
    const { stdout } = await lab.exec('client', process.execPath, [TALK, 'client', lab.serverAddress]);
    atClient = JSON.parse(stdout) as Arrivals;
    atServer = JSON.parse(String((await heard)[0])) as Arrivals;
    [connections] = [await recording.stop()];
    const truth = await capture.stop();
    refused = truth.backlog('download').at(-1)?.droppedPackets ?? 0;
  });
  afterAll(() => lab.close());

  it('is found by what it asked for', () => {
    expect(connections.map(({ port, path }) => [port, path])).toEqual([[8001, '/ws/virtual-household/jake?token=x']]);
    expect(refused).toBeGreaterThan(20);
  });

  it.each(['download', 'upload'] as const)('has every message of the %s, whole and at its time', (direction) => {
    const wire = connections[0]?.[direction].messages ?? [];
    const seen = direction === 'download' ? atClient : atServer;
    expect(wire.map((message) => [number(message), message.bytes])).toEqual(seen.map(([n, bytes]) => [n, bytes]));
    const laterMs = wire.map(({ atMs }, index) => (seen[index]?.[2] ?? Number.NaN) - atMs).toSorted((a, b) => a - b);
    // The program cannot have read it before; the relay works to a fraction of a millisecond.
    expect(laterMs[0]).toBeGreaterThan(-1.5);
    // On a busy machine it reads most of them late.
    expect(laterMs[15]).toBeLessThan(3);
  });
});
