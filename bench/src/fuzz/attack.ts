import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { takeHouseholdTicket } from '../shared/household.ts';
import { loopback, takeTicket } from '../shared/tickets.ts';
import { userProcesses } from '../shared/user-processes.ts';
import { fuzzCase } from './cases.ts';
import { deliver } from './deliver.ts';
import { holdConnections } from './holds.ts';
import type { Decoy } from './signalling-cases.ts';

export interface AttackOptions {
  readonly mainPort: number;
  readonly pingPort: number;
  readonly seed: number;
  /** Cases `from` to `from + count - 1` of the seed's sequence. */
  readonly from: number;
  readonly count: number;
  /** How many to send per second at most. */
  readonly perS: number;
  /** Slow-loris and half-open connections held all the while. */
  readonly held: number;
}

/** What came of an attack. */
export interface Tally {
  readonly cases: number;
  /** How many cases of each kind; held connections are `held`. */
  readonly kinds: Readonly<Record<string, number>>;
  readonly statuses: Readonly<Record<string, number>>;
  /** Numbers of the cases whose answer repeated what the client made up. */
  readonly reflected: readonly number[];
  /** Numbers of the cases that were answered with an internal error. */
  readonly internalErrors: readonly number[];
  /** UDP garbage sent, and what came back for it. */
  readonly udp: { readonly sentBytes: number; readonly answeredBytes: number };
  /** Datagrams that reached an address which only an offer had named. */
  readonly decoyDatagrams: number;
}

/** Clients come from this many addresses, so that limits per address do not hide what is behind them. */
const ADDRESSES = 400;
const CONCURRENCY = 96;
/** A token lives for two minutes: take new ones long before. */
const TOKEN_LIFE_MS = 40_000;

/** Sends a stretch of a seed's cases to the servers on loopback. */
export async function attack(options: AttackOptions): Promise<Tally> {
  const tally = {
    cases: 0,
    kinds: {} as Record<string, number>,
    statuses: {} as Record<string, number>,
    reflected: [] as number[],
    internalErrors: [] as number[],
    udp: { sentBytes: 0, answeredBytes: 0 },
    decoyDatagrams: 0,
  };
  const count = (of: Record<string, number>, key: string, by = 1) => (of[key] = (of[key] ?? 0) + by);

  const decoySocket = await listen('127.9.9.9', () => (tally.decoyDatagrams += 1));
  const decoy: Decoy = { address: '127.9.9.9', port: decoySocket.address().port };
  const udp = await listen(loopback(3000), (bytes) => (tally.udp.answeredBytes += bytes));
  const tokens = await keepTokens(options.mainPort, 16, 5000);
  const socketTokens = await keepTokens(options.mainPort, 64, 5500);
  const heldTokens = await keepTokens(options.mainPort, Math.max(1, options.held), 6000);
  const sessionTokens = await keepTokens(options.mainPort, 64, 6500, takeHouseholdTicket);
  const users = (await userProcesses(options.mainPort)).map(({ userId, port }) => [userId, port] as const);
  const ports: Readonly<Record<string, number>> = {
    main: options.mainPort,
    ping: options.pingPort,
    ...Object.fromEntries(users),
  };
  const holds = holdConnections({ count: options.held, ports, token: () => heldTokens.take() });

  const send = async (number: number): Promise<void> => {
    const one = fuzzCase(options.seed, number, {
      token: tokens.take(),
      socketToken: socketTokens.take(),
      sessionToken: sessionTokens.take(),
      decoy,
      nowMs: Date.now(),
    });
    const port = ports[one.server] ?? 0;
    tally.cases += 1;
    count(tally.kinds, one.kind);
    if ('datagram' in one) {
      tally.udp.sentBytes += one.datagram.byteLength;
      await new Promise((resolve) => udp.send(one.datagram, port, '127.0.0.1', resolve));
      return;
    }
    const { status, reflected } = await deliver(one, port, loopback(number % ADDRESSES));
    count(tally.statuses, status);
    if (reflected) tally.reflected.push(number);
    if (status === '500') tally.internalErrors.push(number);
  };

  let next = options.from;
  const end = options.from + options.count;
  const startMs = performance.now();
  const worker = async () => {
    while (next < end) {
      const number = next;
      next += 1;
      const earlyMs = ((number - options.from) / options.perS) * 1000 - (performance.now() - startMs);
      if (earlyMs > 0) await sleep(earlyMs);
      await send(number);
    }
  };
  try {
    await Promise.all(Array.from({ length: CONCURRENCY }, worker));
    await sleep(200); // late answers to the last datagrams
  } finally {
    holds.close();
    tokens.stop();
    socketTokens.stop();
    sessionTokens.stop();
    heldTokens.stop();
    udp.close();
    decoySocket.close();
  }
  count(tally.kinds, 'held', holds.opened);
  tally.cases += holds.opened;
  return tally;
}

async function listen(address: string, onDatagram: (bytes: number) => void): Promise<Socket> {
  const socket = createSocket('udp4', (message) => onDatagram(message.byteLength));
  socket.on('error', () => {});
  socket.bind(0, address);
  await once(socket, 'listening');
  return socket;
}

/** So many valid tokens, in turn, renewed before they expire; a test may have but few sockets of each kind. */
async function keepTokens(
  mainPort: number,
  count: number,
  firstAddress: number,
  ask: typeof takeHouseholdTicket = takeTicket,
): Promise<Tokens> {
  const take = async (i: number) => (await ask(mainPort, loopback(firstAddress + i))).token;
  const tokens = await Promise.all(Array.from({ length: count }, (_, i) => take(i)));
  let at = 0;
  const renew = async () => {
    for (const i of tokens.keys()) tokens[i] = await take(i);
  };
  const timer = setInterval(() => void renew().catch(() => {}), TOKEN_LIFE_MS); // a busy server: the old ones do
  return {
    take: () => tokens[(at += 1) % tokens.length] ?? '',
    stop: () => clearInterval(timer),
  };
}

interface Tokens {
  take(): string;
  stop(): void;
}
