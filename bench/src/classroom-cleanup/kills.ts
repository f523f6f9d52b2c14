import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { demoStudent, openTab, signIn } from '../shared/classroom-client.ts';
import { type Classroom, startClassroom } from '../shared/classroom-system.ts';
import { commandLine, family } from '../shared/processes.ts';
import type { Random } from '../shared/random.ts';
import { studentProcesses } from '../shared/student-processes.ts';
import { startSaver } from './savers.ts';

const READY_MS = 20_000;
const SAVERS = 8;
const RUNNERS = 6;

/** One kill -9 under load. */
export interface Kill {
  /** The supervisor, with it everything; or the server alone, which its supervisor starts again. */
  readonly victim: 'supervisor' | 'main' | 'launcher';
  /** From the kill until somebody can sign in and run a program again. */
  readonly readyMs: number;
  readonly acknowledged: number;
  /** Saves that were acknowledged and are not there; half-written files. */
  readonly lost: readonly string[];
  /** Processes of students that were there before the kill and still are. */
  readonly orphans: readonly string[];
}

export async function killsUnderLoad(
  count: number,
  random: Random,
  undo: (step: () => unknown) => void,
): Promise<Kill[]> {
  const port = await freePort();
  let classroom = await startClassroom({ port });
  undo(() => classroom.remove());
  const kills: Kill[] = [];
  for (let number = 0; number < count; number += 1) {
    const victim = (['supervisor', 'main', 'launcher'] as const)[number % 3] ?? 'main';
    const savers = await Promise.all(
      Array.from({ length: SAVERS }, (_, index) => startSaver(port, demoStudent(1 + index))),
    );
    for (let runner = 0; runner < RUNNERS; runner += 1) {
      const tab = await openTab(await signIn(port, demoStudent(20 + runner)));
      tab.start({ source: 'import time\nwhile True:\n    print("on and on")\n    time.sleep(0.05)' }).catch(() => {});
    }
    await sleep(500 + 1500 * random.next());
    const before = new Set([...studentProcesses().values()].flatMap((each) => [...each.keys()]));
    const killedMs = performance.now();
    classroom = await strike(classroom, victim);
    await untilUsable(port);
    const readyMs = performance.now() - killedMs;
    for (const saver of savers) await saver.stop();
    const checks = await Promise.all(savers.map((saver) => saver.check()));
    await sleep(1000);
    const still = [...studentProcesses().values()].flatMap((each) => [...each]);
    // A kill of the server alone may leave rooms that their launcher closes; a second later none may be there.
    const orphans = still.filter(([pid]) => before.has(pid)).map(([pid, line]) => `${pid} ${line.slice(0, 60)}`);
    const acknowledged = savers.reduce((sum, saver) => sum + saver.acknowledged, 0);
    kills.push({ victim, readyMs, acknowledged, lost: checks.filter((each) => each !== undefined), orphans });
    process.stdout.write(
      `${number + 1} of ${count}: ${victim}, usable again after ${readyMs.toFixed(0)} ms, ${acknowledged} saves, ` +
        `${orphans.length} orphans${checks.some(Boolean) ? `, ${checks.filter(Boolean).join('; ')}` : ''}\n`,
    );
  }
  return kills;
}

/** Kills, and starts again what nobody else starts. */
async function strike(classroom: Classroom, victim: Kill['victim']): Promise<Classroom> {
  const { process: supervisor, port, dataFolder } = classroom;
  if (victim === 'supervisor') {
    const gone = once(supervisor, 'exit');
    supervisor.kill('SIGKILL');
    await gone;
    return startClassroom({ port, dataFolder });
  }
  const word = victim === 'main' ? '/main-server/main.' : '/launcher/main.';
  const pid = family(supervisor.pid ?? 0).find((each) => commandLine(each).includes(word));
  if (pid === undefined) throw new Error(`there is no ${victim} below ${supervisor.pid}`);
  process.kill(pid, 'SIGKILL');
  return classroom;
}

async function untilUsable(port: number): Promise<void> {
  const deadline = performance.now() + READY_MS;
  for (;;) {
    try {
      const person = await signIn(port, demoStudent(38));
      const tab = await openTab(person);
      const run = await tab.start({ source: 'print("usable")' });
      await run.until(() => run.text().includes('usable'), 'the first output', 3000);
      tab.close();
      person.http.close();
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await sleep(50);
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
