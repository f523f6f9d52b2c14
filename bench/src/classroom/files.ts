import { setTimeout as sleep } from 'node:timers/promises';
import { list, load, removeFile, save } from '../shared/classroom-client.ts';
import type { HttpAnswer } from '../shared/classroom-http.ts';
import type { Random } from '../shared/random.ts';
import type { Seat } from './together.ts';

const PAUSE_MS = 250;
const LINE = '# a line of a file that a student edits, of about the length of a line\n';

export interface FileFigures {
  readonly tookMs: readonly number[];
  /** What was answered with something else than success, or came back different. */
  readonly errors: readonly string[];
}

/** Everybody saves, reads and lists for some seconds, a moment between, while each has a program that prints. */
export async function fileOperations(seats: readonly Seat[], seconds: number, random: Random): Promise<FileFigures> {
  const tookMs: number[] = [];
  const errors: string[] = [];
  const note = (what: string, answer: HttpAnswer, right = true) => {
    tookMs.push(answer.tookMs);
    if (answer.status >= 300 || !right)
      errors.push(`${what}: ${answer.status} ${answer.body.toString().slice(0, 100)}`);
  };
  const source = `import time\nend = time.time() + ${seconds}\nwhile time.time() < end:\n    print("line")\n    time.sleep(1)`;
  const runs = await Promise.all(seats.map(({ tab }) => tab.start({ source })));
  const endMs = performance.now() + seconds * 1000;
  await Promise.all(
    seats.map(async ({ person }, number) => {
      await sleep((PAUSE_MS * number) / seats.length);
      for (let round = 0; performance.now() < endMs; round += 1) {
        const content = `# ${person.name} ${round}\n${LINE.repeat(1 + random.int(100))}`;
        const path = `work-${round % 5}.py`;
        note('save', await save(person, path, content));
        const back = await load(person, path);
        note('read', back, back.body.toString() === content);
        note('list', await list(person));
        if (round % 10 === 9) note('remove', await removeFile(person, path));
        await sleep(PAUSE_MS * (0.5 + random.next()));
      }
    }),
  );
  await Promise.all(runs.map((run) => run.ended));
  return { tookMs, errors };
}
