import { setTimeout as sleep } from 'node:timers/promises';
import { list, load, openTab, type Person, save, type Tab } from '../shared/classroom-client.ts';
import type { HttpAnswer } from '../shared/classroom-http.ts';
import type { Random } from '../shared/random.ts';

/** Between two things that a student does. */
const THINKING_MS = { least: 500, most: 5000 } as const;
const PLOT = `import matplotlib.pyplot as plt
plt.plot([1, 4, 9, 16])
plt.show()
print("plotted")`;

export interface Response {
  readonly what: string;
  readonly tookMs: number;
}

export interface Diary {
  readonly responses: Response[];
  readonly errors: string[];
}

/** A student's lesson: edits, saves, reads, runs, types at a REPL, plots; each answer is timed. */
export async function attendLesson(person: Person, untilMs: number, random: Random, canPlot: boolean): Promise<Diary> {
  const responses: Response[] = [];
  const errors: string[] = [];
  const tab = await openTab(person);
  await tab.roomOpen;
  const repl = await tab.start({});
  await repl.until(() => repl.state === 'waiting-for-code', 'the prompt');
  let round = 0;

  const http = (what: string, answer: HttpAnswer, right = true) => {
    responses.push({ what, tookMs: answer.tookMs });
    if (answer.status >= 300 || !right)
      errors.push(`${what}: ${answer.status} ${answer.body.toString().slice(0, 100)}`);
  };
  const deeds: (() => Promise<void>)[] = [
    async () => {
      const content = `# ${round}\nfor i in range(20):\n    print("${person.name}", ${round}, i)\n`;
      http('save', await save(person, 'lesson.py', content));
      const back = await load(person, 'lesson.py');
      http('read', back, back.body.toString() === content);
      const expected = Array.from({ length: 20 }, (_, i) => `${person.name} ${round} ${i}\n`).join('');
      await runProgram(tab, { file: 'lesson.py' }, expected);
    },
    async () => http('list', await list(person)),
    async () => void responses.push({ what: 'echo', tookMs: await repl.echo(`e${round}.`) }),
    async () => void responses.push({ what: 'echo', tookMs: await repl.echo(`f${round}.`) }),
    async () => runProgram(tab, { source: 'name = input("Name? ")\nprint("Hello", name)' }, 'Name? Hello Ada\n', 'Ada'),
  ];
  if (canPlot) deeds.push(async () => runProgram(tab, { source: PLOT }, 'plotted\n', undefined, false));

  async function runProgram(where: Tab, start: object, expected: string, answer?: string, timed = true): Promise<void> {
    const run = await where.start(start);
    if (answer !== undefined) {
      await run.until(() => run.state === 'waiting-for-input', 'the question');
      run.input(answer);
    }
    const end = await run.ended;
    // What a program computes before it prints is its own time; here none computes but the plot.
    const first = run.pieces.find(({ kind }) => kind !== 'input');
    if (timed && first) responses.push({ what: 'run', tookMs: first.atMs - run.askedMs });
    if (run.text() !== expected || end.reason !== 'finished')
      errors.push(`run: ${end.reason} ${JSON.stringify(run.text().slice(-100))}`);
  }

  await sleep(THINKING_MS.most * random.next());
  while (performance.now() < untilMs) {
    round += 1;
    try {
      await random.pick(deeds)();
    } catch (error) {
      errors.push(error instanceof Error ? error.message : String(error));
    }
    await sleep(THINKING_MS.least + (THINKING_MS.most - THINKING_MS.least) * random.next());
  }
  repl.stop();
  await repl.ended;
  tab.close();
  return { responses, errors: [...errors, ...tab.complaints] };
}
