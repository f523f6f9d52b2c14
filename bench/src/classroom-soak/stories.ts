import { openTab } from '../shared/classroom-client.ts';
import type { Run } from '../shared/classroom-run.ts';
import type { Desk } from './desk.ts';
import { atPrompt, type Day, type Lesson, workWithFiles } from './lesson.ts';
import { ASKING, ASLEEP, COUNTING, ENDLESS, GREEDY, isCounting, lines, WRONG } from './student-programs.ts';

/** For what comes at its time, on a busy machine. */
const GRACE_MS = 30_000;
const HOUR = 60;

/** A script that is started in one lesson and reaches its hour in the next, while nobody looked at it in between. */
export function longRunner(): Lesson {
  let before: Run | undefined;
  return async (desk, day, untilMinute) => {
    const earlier = before;
    before = undefined;
    if (earlier) {
      const run = desk.lookAgain(earlier, 0);
      const end = await desk.expectEnd(run, 'wall-limit', isCountingRun, day.time.realMs(HOUR) + GRACE_MS);
      if (end.wallMs < HOUR * 60_000) day.ledger.trouble(desk.name, `an hour of ${end.wallMs} ms`);
      day.ledger.did('script of an hour');
    }
    if (untilMinute > day.lessons * HOUR) return;
    before = await desk.start({ source: COUNTING });
    await workWithFiles(desk, day, untilMinute);
  };
}

const isCountingRun = (run: Run) => isCounting(run.text('stdout')) && run.inOrder;

/** Starts something that does nothing, and turns to other things in another tab: is warned, and finds its end. */
export const forgetful: Lesson = async (desk, day, untilMinute) => {
  const run = await desk.start({ source: ASLEEP });
  await run.until(() => run.text() === 'asleep\n', 'the first line');
  const other = await openTab(desk.person);
  const warned = new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(false), day.time.realMs(20) + GRACE_MS);
    other.socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as { type: string; process?: string };
      if (message.type !== 'abandon-warning' || message.process !== run.id) return;
      clearTimeout(timer);
      resolve(true);
    });
  });
  desk.closeLid();
  if (!(await warned)) day.ledger.trouble(desk.name, 'nobody warned that a program would be ended as abandoned');
  await day.time.pass(2);
  other.close();
  await desk.arrive();
  await desk.expectEnd(desk.lookAgain(run, 0), 'abandoned', ({ pieces }) => pieces[0]?.text === 'asleep\n');
  await workWithFiles(desk, day, untilMinute);
};

/** Is asked for a name, and never answers. */
export const silent: Lesson = async (desk, day, untilMinute) => {
  const run = await desk.start({ source: ASKING });
  await run.until(() => run.state === 'waiting-for-input', 'the question');
  const isAsked = ({ pieces }: Run) => pieces[0]?.text === 'Name? ' && run.text('stdout') === '';
  await desk.expectEnd(run, 'waiting-limit', isAsked, day.time.realMs(30) + GRACE_MS);
  await workWithFiles(desk, day, untilMinute);
};

/** Closes the laptop while a program runs, again and again, and goes on reading where it was. */
export const laptop: Lesson = async (desk, day, untilMinute) => {
  const awayMinutes = 3;
  const script = lines(100, day.time.realMs(awayMinutes + 2) / 1000);
  do {
    const run = await desk.start({ source: script.source });
    await run.until(() => run.text().includes('line 5\n'), 'the sixth line');
    desk.closeLid();
    const read = run.text();
    await day.time.pass(awayMinutes);
    await desk.arrive();
    const rest = desk.lookAgain(run, Buffer.byteLength(read));
    await desk.expectEnd(rest, 'finished', (again) => read + again.text() === script.output);
    day.ledger.did('laptop closed and opened');
    await workWithFiles(desk, day, day.time.minute() + 2);
  } while (day.time.minute() < untilMinute - 2 * awayMinutes);
};

/** Programs that are wrong in their ways, and are told so. */
export const unlucky: Lesson = async (desk, day, untilMinute) => {
  while (day.time.minute() < untilMinute - 8) {
    const divides = await desk.start({ source: WRONG });
    const isTold = (run: Run) => run.text('stdout') === 'one\n' && run.text('stderr').includes('ZeroDivisionError');
    await desk.expectEnd(divides, 'error', isTold);
    const endless = await desk.start({ source: ENDLESS });
    await endless.until(() => endless.text() !== '', 'the first line');
    endless.stop();
    await desk.expectEnd(endless, 'stopped', (run) => run.text('stdout') === 'round and round\n');
    await desk.expectEnd(
      await desk.start({ source: GREEDY }),
      'memory-limit',
      (run) => run.text('stdout') === 'more\n',
    );
    await workWithFiles(desk, day, day.time.minute() + 4);
  }
  await workWithFiles(desk, day, untilMinute);
};

/** Sits at a REPL all day and through the breaks, types a line now and then, and begins anew when its two hours are over. */
export async function tinkerer(desk: Desk, day: Day): Promise<void> {
  await desk.arrive();
  const dayEnds = day.lessons * HOUR;
  while (day.time.minute() < dayEnds) {
    const startMinute = day.time.minute();
    const repl = await desk.start({});
    await atPrompt(repl);
    let number = 0;
    while (day.time.minute() < Math.min(dayEnds, startMinute + 2 * HOUR - 10)) {
      repl.input(`x = ${number}`);
      await repl.echo(`t${number}.`);
      number += 1;
      await day.time.pass(8);
    }
    const lastsOn = startMinute + 2 * HOUR > dayEnds;
    if (lastsOn) repl.stop();
    // It takes its leave with an empty line, as Python does.
    const marks = `${Array.from({ length: number }, (_, i) => `t${i}.\n`).join('')}\n`;
    await desk.expectEnd(
      repl,
      lastsOn ? 'stopped' : 'wall-limit',
      (run) => run.text('stdout') === marks && run.inOrder,
      day.time.realMs(2 * HOUR) + GRACE_MS,
    );
    if (!lastsOn) day.ledger.did('REPL of two hours');
  }
  await desk.signOut();
}
