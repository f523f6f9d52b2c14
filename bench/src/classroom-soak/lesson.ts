import { setTimeout as sleep } from 'node:timers/promises';
import { list, load, removeFile, save } from '../shared/classroom-client.ts';
import type { Run } from '../shared/classroom-run.ts';
import type { Random } from '../shared/random.ts';
import type { ClassTime } from './class-time.ts';
import type { Desk } from './desk.ts';
import type { Ledger } from './ledger.ts';
import { ASKING, lines, PLOT } from './student-programs.ts';

/** Between two things that a student does. */
const THINKING_MS = { least: 200, most: 2500 } as const;
/** Of those of an ordinary lesson. */
const PLOTTERS = 0.2;
const UPLOAD_BYTES = 200_000;

export interface Day {
  readonly port: number;
  readonly time: ClassTime;
  readonly ledger: Ledger;
  readonly random: Random;
  readonly canPlot: boolean;
  readonly lessons: number;
}

/** What a student does from their arrival until `untilMinute`; the tab is open before and after. */
export type Lesson = (desk: Desk, day: Day, untilMinute: number) => Promise<void>;

/** Edits, saves, runs, types at a REPL, answers, plots, uploads, and reloads the page in between. */
export const ordinaryLesson: Lesson = async (desk, day, untilMinute) => {
  const { ledger, random } = day;
  let repl = await desk.start({});
  await atPrompt(repl);
  let round = 0;
  let typedMinute = day.time.minute();
  const type = async () => {
    typedMinute = day.time.minute();
    await repl.echo(`e${round}.`);
    ledger.did('line at a REPL');
  };
  const deeds: (() => Promise<void>)[] = [
    async () => saveAndRun(desk, random),
    async () => upload(desk, random),
    type,
    async () => {
      const run = await desk.start({ source: ASKING });
      await run.until(() => run.state === 'waiting-for-input', 'the question');
      run.input('Ada');
      await desk.expectEnd(run, 'finished', 'Name? Hello Ada\n');
      ledger.did('input()');
    },
    async () => {
      const script = lines(40, 1);
      const run = await desk.start({ source: script.source });
      await run.until(() => run.pieces.length > 0, 'the first line');
      desk.closeLid();
      await desk.arrive();
      repl = desk.lookAgain(repl, 0);
      await desk.expectEnd(desk.lookAgain(run, 0), 'finished', script.output);
      await repl.echo(`r${round}.`);
      ledger.did('reload');
    },
  ];
  // It takes the machine a second for each, which no faster clock makes shorter.
  if (day.canPlot && random.chance(PLOTTERS))
    deeds.push(async () => {
      const run = await desk.start({ source: PLOT });
      const isPlotted = ({ pieces }: Run) => run.text('stdout') === 'plotted\n' && pieces.some(isFigure);
      await desk.expectEnd(run, 'finished', isPlotted);
      ledger.did('plot');
    });
  while (day.time.minute() < untilMinute) {
    round += 1;
    // Who does not type for half an hour loses the REPL.
    const deed = day.time.minute() - typedMinute > 10 ? type : random.pick(deeds);
    await deed();
    await think(random);
  }
  repl.stop();
  await desk.expectEnd(repl, 'stopped', () => true);
};

const isFigure = ({ kind }: { readonly kind: string }) => kind === 'figure';

export const atPrompt = (repl: Run): Promise<void> =>
  repl.until(() => repl.state === 'waiting-for-code', 'the prompt', 30_000);

/** Only files, for who has programs enough already. */
export async function workWithFiles(desk: Desk, day: Day, untilMinute: number): Promise<void> {
  while (day.time.minute() < untilMinute) {
    await upload(desk, day.random);
    await think(day.random);
  }
}

function think(random: Random): Promise<void> {
  return sleep(THINKING_MS.least + (THINKING_MS.most - THINKING_MS.least) * random.next());
}

async function saveAndRun(desk: Desk, random: Random): Promise<void> {
  const number = random.int(1_000_000);
  const content = `for i in range(20):\n    print("${desk.name}", ${number}, i)\n`;
  desk.answered('save', await save(desk.person, 'lesson.py', content));
  const back = await load(desk.person, 'lesson.py');
  desk.answered('read', back, back.body.toString() === content);
  const output = Array.from({ length: 20 }, (_, i) => `${desk.name} ${number} ${i}\n`).join('');
  await desk.expectEnd(await desk.start({ file: 'lesson.py' }), 'finished', output);
}

async function upload(desk: Desk, random: Random): Promise<void> {
  const content = random.bytes(UPLOAD_BYTES);
  const path = `data-${random.int(4)}.bin`;
  desk.answered('upload', await save(desk.person, path, content));
  const back = await load(desk.person, path);
  desk.answered('download', back, back.body.equals(content));
  desk.answered('list', await list(desk.person));
  if (random.chance(0.5)) desk.answered('delete', await removeFile(desk.person, path));
}
