import { startSystem, type System } from '@rowhouse/e2e';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { attack } from '../src/fuzz/attack.ts';
import { fuzzCase } from '../src/fuzz/cases.ts';
import { serverProcesses } from '../src/shared/processes.ts';

const SEED = 20_260_101;
const lines: string[] = [];
let system: System;

beforeAll(async () => {
  system = await startSystem([], { onLine: (line) => lines.push(line) });
});
afterAll(() => system.stop());

test('a seed stands for one sequence of cases', () => {
  const context = {
    token: 'abc.def',
    socketToken: 'ghi.jkl',
    sessionToken: 'mno.pqr',
    decoy: { address: '127.9.9.9', port: 9 },
    nowMs: 1_800_000_000_000,
  };
  const sequence = (seed: number) => Array.from({ length: 60 }, (_, number) => fuzzCase(seed, number, context));
  expect(sequence(SEED)).toEqual(sequence(SEED));
  expect(sequence(SEED)).not.toEqual(sequence(SEED + 1));
});

test('3,000 hostile requests, frames, offers and datagrams leave the servers as they were', async () => {
  const before = serverProcesses(system.process.pid ?? 0);
  const { mainPort, pingPort } = system;
  const tally = await attack({ mainPort, pingPort, seed: SEED, from: 0, count: 3000, perS: 2000, held: 60 });

  expect(tally.cases).toBeGreaterThanOrEqual(3000);
  expect(tally.internalErrors).toEqual([]);
  expect(tally.reflected).toEqual([]);
  expect(tally.decoyDatagrams).toBe(0);
  expect(tally.udp.answeredBytes).toBeLessThan(tally.udp.sentBytes);
  // The cases reach past the door: some are let in, some are refused, none is met with silence alone.
  expect(Object.keys(tally.statuses)).toEqual(expect.arrayContaining(['101', '200', '400', '401', '404']));
  expect(serverProcesses(system.process.pid ?? 0)).toEqual(before);
  expect(lines.filter((line) => /unhandled|uncaught|rejection|TypeError/i.test(line))).toEqual([]);
}, 60_000);
