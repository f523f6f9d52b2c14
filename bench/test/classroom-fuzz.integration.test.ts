import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attack } from '../src/classroom-fuzz/attack.ts';
import { asAttacker, attackersAt } from '../src/classroom-fuzz/attackers.ts';
import { classroomFuzzCase } from '../src/classroom-fuzz/cases.ts';
import type { Attacker } from '../src/classroom-fuzz/person-case.ts';
import { load, type Person, save, signIn } from '../src/shared/classroom-client.ts';
import { type Classroom, startClassroom } from '../src/shared/classroom-system.ts';

const SEED = 20_260_101;
const canRunRooms =
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  existsSync('/usr/bin/bwrap') &&
  existsSync('/usr/bin/python3');

test('a seed stands for one sequence of cases', () => {
  const who = { cookie: 'rowhouse=x', csrfToken: 'y', accountId: 'a' };
  const sequence = (seed: number) =>
    Array.from({ length: 60 }, (_, number) => classroomFuzzCase(seed, number, who, 'b'));
  expect(sequence(SEED)).toEqual(sequence(SEED));
  expect(sequence(SEED)).not.toEqual(sequence(SEED + 1));
});

describe.runIf(canRunRooms)('a classroom', () => {
  let classroom: Classroom;
  let attackers: Attacker[];
  let neighbour: Person;
  beforeAll(async () => {
    classroom = await startClassroom();
    attackers = await attackersAt(classroom.port, 8);
    neighbour = await signIn(classroom.port, 'student20');
  }, 90_000);
  afterAll(() => classroom?.remove());

  test('is as it was after 1,500 hostile requests, files, bodies, frames and messages of its students', async () => {
    const { port, lines } = classroom;
    await save(neighbour, 'mine.txt', 'mine');
    const { accountId: neighbourId } = await asAttacker(await signIn(port, 'student20'));
    const tally = await attack({ port, seed: SEED, from: 0, count: 1500, perS: 500, attackers, neighbourId });
    expect(tally.internalErrors).toEqual([]);
    expect(tally.reflected).toEqual([]);
    // The cases reach past the door: some are let in, some are refused.
    expect(Object.keys(tally.statuses)).toEqual(expect.arrayContaining(['101', '200', '400', '403', '404']));
    expect((await load(neighbour, 'mine.txt')).body.toString()).toBe('mine');
    expect(
      lines.filter((line) => /unhandled|uncaught|TypeError|RangeError|"level":"(?:error|fatal)"/.test(line)),
    ).toEqual([]);
    neighbour.http.close();
  }, 60_000);
});
