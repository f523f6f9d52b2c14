// Inside the guard: the whole classroom, its witnesses, and one student who runs the hostile programs in turn.
// Progress goes to standard error, the result as JSON to standard output.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { HOSTILE_PROGRAMS } from '@rowhouse/classroom-guard';
import { demoStudent, type Person, save, signIn } from '../shared/classroom-client.ts';
import { startClassroom } from '../shared/classroom-system.ts';
import { commandLine } from '../shared/processes.ts';
import { programSettings } from '../shared/programs.ts';
import { Random } from '../shared/random.ts';
import { quantile } from '../shared/quantiles.ts';
import { type Attack, attack, type Attacker } from './attack.ts';
import { clear, roomFolder } from './room-state.ts';
import { setTraps } from './traps.ts';
import { startWitnesses } from '../shared/classroom-witnesses.ts';

export interface InsideSettings {
  /** Names of programs; none: all. */
  readonly only: readonly string[];
  readonly witnesses: number;
  readonly seed: number;
  /** Seconds of quiet before the first program. */
  readonly baselineS: number;
}

export interface InsideResult {
  readonly attacks: readonly Attack[];
  /** Milliseconds of each echo of the witnesses while nobody did harm. */
  readonly baselineMs: readonly number[];
  /** The same by program. */
  readonly echoesMs: Readonly<Record<string, readonly number[]>>;
  /** Witnesses that were thrown out or got no answer. */
  readonly troubles: readonly string[];
  /** Addresses that a program reached. */
  readonly reached: readonly string[];
  /** The server and the supervisor are the processes that they were at the start. */
  readonly sameServer: boolean;
  /** What was not as before when all was over. */
  readonly afterwards: readonly string[];
}

/** Small, so that each is met within seconds. */
const LIMITS: Readonly<Record<string, number>> = {
  'run-memory-mib': 128,
  'room-memory-mib': 256,
  'run-cpu-s': 3,
  'script-wall-s': 12,
  'waiting-s': 5,
  'file-mib': 16,
  'disk-mib': 48,
  'disk-files': 2000,
  'output-mib-per-s': 2,
};
const SECRET = 'SECRET-OF-A-NEIGHBOUR';

const { only, witnesses: count, seed, baselineS } = programSettings<InsideSettings>();
const programs = HOSTILE_PROGRAMS.filter(({ name }) => only.length === 0 || only.includes(name));
const say = (line: string) => process.stderr.write(`${line}\n`);

const traps = await setTraps([
  { host: '169.254.169.254', port: 80 },
  { host: '127.0.0.1', port: 5432 },
  { host: '127.0.0.1', port: 22 },
]);
const classroom = await startClassroom({
  args: [
    ...Object.entries(LIMITS).flatMap(([name, value]) => [`--limits-${name}`, String(value)]),
    '--max-users',
    '60',
    '--max-active-runs',
    '100',
    '--limits-processes-total',
    '200',
  ],
  env: { CLASSROOM_SECRET: 'SECRET-IN-THE-ENVIRONMENT' },
});
say(classroom.lines.at(-1) ?? '');
const started = commandLine(classroom.mainPid);

const attackerPerson = await signIn(classroom.port, demoStudent(1));
const neighbours: Person[] = [];
for (let number = 2; number < 2 + count; number += 1)
  neighbours.push(await signIn(classroom.port, demoStudent(number)));
for (const neighbour of neighbours.slice(0, 3)) {
  const saved = await save(neighbour, 'neighbour.txt', `${SECRET}\n`);
  if (saved.status >= 300) throw new Error(`a neighbour could not save: ${saved.status} ${saved.body.toString()}`);
}
const sitting = await startWitnesses(neighbours, new Random(seed));
await sleep(baselineS * 1000);
const baselineMs = sitting.echoes.map(({ tookMs }) => tookMs);

await save(attackerPerson, 'first.txt', 'x'); // opens the room, and with it makes the folder
const session = JSON.parse((await attackerPerson.http.ask('/api/session')).body.toString()) as {
  account: { id: string };
};
const accountId = session.account.id;
const attacker: Attacker = { person: attackerPerson, accountId, folder: roomFolder(classroom.dataFolder, accountId) };

const attacks: Attack[] = [];
const echoesMs: Record<string, readonly number[]> = {};
for (const program of programs) {
  const from = sitting.echoes.length;
  let result: Attack;
  try {
    result = await attack(program, attacker);
  } catch (error) {
    const wrong = [error instanceof Error ? error.message : String(error)];
    const nothing = { reason: 'none', message: '', notices: [], tookMs: 0, usableMs: Infinity, tail: '' };
    result = { name: program.name, ...nothing, wrong };
    await sleep(2000); // the room is opened again
  }
  attacks.push(result);
  const took = sitting.echoes.slice(from).map(({ tookMs }) => tookMs);
  echoesMs[program.name] = took;
  const p99 = took.length === 0 ? '-' : quantile(took, 0.99).toFixed(1);
  say(
    `${result.wrong.length === 0 ? 'held ' : 'WRONG'} ${program.name}: ${result.reason} after ${(result.tookMs / 1000).toFixed(1)} s, ` +
      `usable in ${result.usableMs.toFixed(0)} ms, others' p99 ${p99} ms${result.wrong.map((each) => `\n        ${each}`).join('')}`,
  );
}
clear(attacker.folder);

const afterwards: string[] = [];
for (const neighbour of neighbours.slice(0, 3)) {
  const answer = await neighbour.http.ask('/api/files/content?path=neighbour.txt');
  if (answer.body.toString() !== `${SECRET}\n`) afterwards.push(`the file of ${neighbour.name} is ${answer.status}`);
}
await sitting.stop();
const sameServer = commandLine(classroom.mainPid) === started && classroom.process.exitCode === null;
afterwards.push(...classroom.lines.filter((line) => line.includes('"level":60')).slice(0, 5));
const hostname = readFileSync('/proc/sys/kernel/hostname', 'utf8').trim();
if (hostname === 'mine') afterwards.push('the host name was changed');
const code = await classroom.stop();
if (code !== 0) afterwards.push(`the classroom ended with ${code}: ${classroom.lines.slice(-5).join('\n')}`);
traps.close();
const { reached } = traps;
const { troubles } = sitting;
const result: InsideResult = { attacks, baselineMs, echoesMs, troubles, reached, sameServer, afterwards };
process.stdout.write(JSON.stringify(result), () => process.exit());
