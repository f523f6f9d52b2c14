import { openTab, type Person, signIn } from '../shared/classroom-client.ts';
import type { Run } from '../shared/classroom-run.ts';

const HI = 'print("hi")';

/** @throws Error when the output is not what the program prints */
export async function finish(run: Run, expected: string): Promise<number> {
  await run.ended;
  const printed = run.text();
  if (printed !== expected) throw new Error(`printed ${JSON.stringify(printed.slice(0, 200))}, not what was expected`);
  return run.firstOutputMs ?? Number.POSITIVE_INFINITY;
}

/** From the message to the first byte of `print("hi")`, one run after the other in a room that is open. */
export async function warmRuns(person: Person, count: number): Promise<number[]> {
  const tab = await openTab(person);
  await tab.roomOpen;
  const took: number[] = [];
  for (let number = 0; number < count; number += 1) took.push(await finish(await tab.start({ source: HI }), 'hi\n'));
  tab.close();
  return took.slice(Math.floor(count / 10)); // the first ones warm the client up
}

/** The same for the first run of each person, who presses Run as soon as they are signed in. */
export async function firstRuns(port: number, names: readonly string[]): Promise<number[]> {
  const took: number[] = [];
  for (const name of names) {
    const tab = await openTab(await signIn(port, name));
    took.push(await finish(await tab.start({ source: HI }), 'hi\n'));
    tab.close();
  }
  return took;
}
