// `npm run bench:classroom-database`: PostgreSQL is away for 30 seconds under load, twice: once it hangs, once it is gone.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { demoStudent, openTab, type Person, save, signIn } from '../shared/classroom-client.ts';
import { people } from '../shared/classroom-people.ts';
import { createHttp } from '../shared/classroom-http.ts';
import { startClassroom } from '../shared/classroom-system.ts';
import { startWitnesses } from '../shared/classroom-witnesses.ts';
import { withCleanup } from '../shared/cleanup.ts';
import { commandLine, family } from '../shared/processes.ts';
import { quantile } from '../shared/quantiles.ts';
import { Random } from '../shared/random.ts';
import { printRows, saveResults } from '../shared/verdict.ts';
import { gone, hang, postgresProcesses } from './outage.ts';

const STUDENTS = 20;
const SAVE_EVERY_MS = 500;
const RECOVERY_MS = 60_000;

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '30' } } });
const outageMs = Number(values.seconds) * 1000;

interface Outage {
  readonly kind: 'hangs' | 'is gone';
  readonly saves: number;
  readonly failures: readonly string[];
  readonly saveP99Ms: number;
  readonly runsEnded: number;
  readonly echoP99Ms: number;
  readonly troubles: readonly string[];
  readonly newRuns: number;
  readonly newRunFailures: readonly string[];
  /** `/health` said so while it lasted. */
  readonly noticed: boolean;
  /** From its end until `/health` says that the database is well again. */
  readonly recoveredMs: number;
  /** Somebody who signed in after it is still signed in after a restart of the server. */
  readonly recorded: boolean;
}

const outages = await withCleanup(async (undo) => {
  const classroom = await startClassroom({ args: ['--max-users', '60', '--max-active-runs', '100'] });
  undo(() => classroom.remove());
  const supervisor = classroom.process.pid ?? 0;
  if (postgresProcesses(supervisor).length === 0) throw new Error('there is no PostgreSQL below the supervisor');
  const found: Outage[] = [];
  for (const kind of ['hangs', 'is gone'] as const) {
    process.stdout.write(`the database ${kind} for ${outageMs / 1000} s\n`);
    found.push(await outage(kind, classroom.port, supervisor));
  }
  return found;
});

async function outage(kind: Outage['kind'], port: number, supervisor: number): Promise<Outage> {
  const everybody = await people(port, STUDENTS);
  const door = createHttp(port);
  const databaseStatus = async () => {
    const { body } = await door.ask('/health');
    return (JSON.parse(body.toString()) as { database: { status: string } }).database.status;
  };
  const witnesses = await startWitnesses(everybody.slice(0, STUDENTS / 2), new Random(1));
  const working = everybody.slice(STUDENTS / 2);
  const tabs = await Promise.all(working.map((person) => openTab(person)));
  const source = `import time\nwhile True:\n    print("line")\n    time.sleep(0.5)`;
  const runs = await Promise.all(tabs.map((tab) => tab.start({ source })));
  await sleep(2000);

  const over = new AbortController();
  const took: number[] = [];
  const failures: string[] = [];
  const newRunFailures: string[] = [];
  let newRuns = 0;
  const saving = working.map((person) => saveOften(person, over.signal, took, failures));
  const starting = (async () => {
    while (!over.signal.aborted) {
      try {
        const run = await (tabs[0] ?? (await openTab(working[0] as Person))).start({ source: 'print("new")' });
        await run.until(() => run.text().includes('new'), 'the first output', 5000);
        await run.ended;
        newRuns += 1;
      } catch (error) {
        newRunFailures.push(error instanceof Error ? error.message : String(error));
      }
      await sleep(1000);
    }
  })();
  const away = kind === 'hangs' ? hang(supervisor, outageMs) : gone(supervisor, outageMs);
  let noticed = false;
  const watching = (async () => {
    while (!over.signal.aborted) {
      noticed ||= (await databaseStatus().catch(() => 'none')) !== 'healthy';
      await sleep(500);
    }
  })();
  await away;
  over.abort();
  const backMs = performance.now();
  while ((await databaseStatus().catch(() => 'none')) !== 'healthy' && performance.now() - backMs < RECOVERY_MS)
    await sleep(100);
  const recoveredMs = performance.now() - backMs;
  await Promise.all([...saving, starting, watching]);
  const runsEnded = runs.filter((run) => run.state === 'ended').length;
  await witnesses.stop();
  const echoMs = witnesses.echoes.map(({ tookMs }) => tookMs);
  for (const run of runs) run.stop();
  await Promise.all(runs.map((run) => run.ended));

  const late = await signIn(port, demoStudent(38));
  await sleep(3000);
  await restartServer(supervisor, port);
  const recorded = (await late.http.ask('/api/session')).status === 200;
  for (const tab of tabs) tab.close();
  for (const person of [...everybody, late]) person.http.close();
  door.close();
  return {
    kind,
    saves: took.length,
    failures,
    saveP99Ms: quantile(took, 0.99),
    runsEnded,
    echoP99Ms: quantile(echoMs, 0.99),
    troubles: witnesses.troubles,
    newRuns,
    newRunFailures,
    noticed,
    recoveredMs,
    recorded,
  };
}

async function saveOften(person: Person, signal: AbortSignal, took: number[], failures: string[]): Promise<void> {
  for (let number = 0; !signal.aborted; number += 1) {
    try {
      const answer = await save(person, 'work.py', `# ${number}\n`);
      took.push(answer.tookMs);
      if (answer.status >= 300) failures.push(`${answer.status} ${answer.body.toString().slice(0, 100)}`);
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
    }
    await sleep(SAVE_EVERY_MS);
  }
}

async function restartServer(supervisor: number, port: number): Promise<void> {
  const pid = family(supervisor).find((each) => commandLine(each).includes('/main-server/main.'));
  if (pid === undefined) throw new Error('there is no server');
  process.kill(pid, 'SIGKILL');
  for (const deadline = performance.now() + 20_000; performance.now() < deadline; await sleep(100)) {
    const door = createHttp(port);
    const answer = await door.ask('/health/ready').catch(() => undefined);
    door.close();
    if (answer?.status === 200) return;
  }
  throw new Error('the server did not come back');
}

const sum = (of: (each: Outage) => number) => outages.map(of).join(' and ');
const all = (of: (each: Outage) => boolean) => outages.every(of);
const short = printRows(`The database is away for ${outageMs / 1000} s, twice (hangs; is gone), ${STUDENTS} students`, [
  {
    what: 'runs that ended',
    figure: sum((each) => each.runsEnded),
    target: '0',
    ok: all((each) => each.runsEnded === 0),
  },
  {
    what: 'saves that failed',
    figure: outages.map((each) => `${each.failures.length} of ${each.saves}`).join(' and '),
    target: '0',
    ok: all((each) => each.failures.length === 0 && each.saves > 0),
  },
  {
    what: 'p99 of a save, of a REPL echo meanwhile',
    figure: outages.map((each) => `${each.saveP99Ms.toFixed(0)}, ${each.echoP99Ms.toFixed(0)} ms`).join(' and '),
    target: 'for comparison',
    ok: true,
  },
  {
    what: 'new runs meanwhile, failures',
    figure: outages.map((each) => `${each.newRuns}, ${each.newRunFailures.length}`).join(' and '),
    target: '0 failures',
    ok: all((each) => each.newRuns > 0 && each.newRunFailures.length === 0),
  },
  {
    what: '/health said so',
    figure: String(all((each) => each.noticed)),
    target: 'true',
    ok: all((each) => each.noticed),
  },
  {
    what: 'well again after',
    figure: outages.map((each) => `${each.recoveredMs.toFixed(0)} ms`).join(' and '),
    target: '<= 30 s',
    ok: all((each) => each.recoveredMs <= 30_000),
  },
  {
    what: 'a session opened afterwards outlives the server',
    figure: String(all((each) => each.recorded)),
    target: 'true',
    ok: all((each) => each.recorded),
  },
]);
for (const { kind, failures, newRunFailures, troubles } of outages)
  for (const each of [...new Set([...failures, ...newRunFailures, ...troubles])].slice(0, 5))
    process.stdout.write(`        ${kind}: ${each}\n`);
saveResults('classroom-database', { outages });
process.exitCode = short === 0 ? 0 : 1;
