import { demoStudent } from '../shared/classroom-client.ts';
import { createDesk } from './desk.ts';
import { type Day, type Lesson, ordinaryLesson } from './lesson.ts';
import { mistyper } from './mistyper.ts';
import { forgetful, laptop, longRunner, silent, tinkerer, unlucky } from './stories.ts';
import { teach } from './teacher.ts';

/** Of a lesson's hour, in minutes: all have come, all go home, everything is quiet. */
const COME = 3;
const GO = 36;
const QUIET = 56;
/** After the last lesson, for programs of an hour that were started in it. */
const EVENING = 9;
const STUDENTS = 38;

/** Who leaves a program running over every break; their rooms are open then, and no other. */
export const OPEN_IN_BREAKS = 3;

/** Everybody but the last, who tinkers through the breaks, in the order of their numbers. */
function lessonsOf(number: number): Lesson {
  if (number <= 2) return longRunner();
  if (number <= 5) return forgetful;
  if (number <= 8) return silent;
  if (number <= 13) return laptop;
  if (number === 14) return unlucky;
  return number === 15 ? mistyper : ordinaryLesson;
}

/**
 * Lives through the day.
 *
 * @param onQuiet may look around in each break; told when the last student had gone, in minutes after the bell
 */
export async function schoolDay(
  day: Day,
  onQuiet: (lesson: number, goneMinute: number) => Promise<void>,
): Promise<void> {
  const { time, ledger } = day;
  const safely = (who: string, work: Promise<void>) => work.catch((error: unknown) => ledger.trouble(who, error));
  const students = Array.from({ length: STUDENTS - 1 }, (_, index) => {
    const number = index + 1;
    return { number, desk: createDesk(demoStudent(number), day.port, ledger), lesson: lessonsOf(number) };
  });
  const attend = async ({ number, desk, lesson }: (typeof students)[number], bell: number, go: number) => {
    await time.until(bell + (COME * number) / STUDENTS);
    await safely(
      desk.name,
      (async () => {
        await desk.arrive();
        await lesson(desk, day, go);
      })(),
    );
    // Every second one signs out, the others close the lid and come back with the same session.
    if (number % 2 === 0) await safely(desk.name, desk.signOut());
    else desk.closeLid();
  };
  const last = createDesk(demoStudent(STUDENTS), day.port, ledger);
  const tinkering = safely(last.name, tinkerer(last, day));
  for (let number = 1; number <= day.lessons; number += 1) {
    const bell = (number - 1) * 60;
    await time.until(bell);
    const teaching = time.until(bell + COME).then(() => safely('teacher', teach(day, bell + GO - COME)));
    await Promise.all([teaching, ...students.map((student) => attend(student, bell, bell + GO))]);
    const goneMinute = time.minute() - bell;
    await time.until(bell + QUIET);
    await onQuiet(number, goneMinute);
  }
  const bell = day.lessons * 60;
  const inTheEvening = students.filter(({ number }) => number <= 2);
  await Promise.all([tinkering, ...inTheEvening.map((student) => attend(student, bell, bell + EVENING))]);
}
