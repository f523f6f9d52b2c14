import { setTimeout as sleep } from 'node:timers/promises';
import { FILE_ERRORS } from '@rowhouse/classroom-protocol';
import { list, load, type Person, save } from '../shared/classroom-client.ts';
import type { HttpAnswer } from '../shared/classroom-http.ts';
import type { Run } from '../shared/classroom-run.ts';

const KNOWN = new Set<number>([200, 201, 204, ...Object.values(FILE_ERRORS)]);
/** One file operation may take, at most, before only its student waits. */
const OPERATION_MS = 11_000;

/** What the editor does while, or after, a program lays traps for it. Returns what went wrong. */
export async function disturb(name: string, person: Person, run: Run): Promise<string[]> {
  if (name === 'rename-race') return during(run, () => save(person, 'race/saved.txt', 'saved\n'));
  if (name === 'save-race') return during(run, () => save(person, 'saved.txt', 'saved\n'));
  await run.ended;
  if (name === 'fifo') return refused(['pipe.py', 'pipe.txt'].map((path) => () => load(person, path)));
  if (name === 'sockets-as-files') return refused([() => load(person, 'socket.py')]);
  if (name === 'links-outside') {
    const files = ['passwd.txt', 'memory', 'loop', 'outside/etc/passwd', 'up/etc/passwd', 'host/etc/passwd'];
    const written = ['passwd.txt', 'outside/tmp/written', 'up/tmp/written'];
    return refused([
      ...files.map((path) => () => load(person, path)),
      ...written.map((path) => () => save(person, path, 'x')),
      () => list(person, 'outside'),
    ]);
  }
  if (name === 'disk-many-files-fast') {
    const { status } = await save(person, 'one-more.txt', 'x');
    return status === FILE_ERRORS['disk-limit'] ? [] : [`over the limit, and one more file is answered with ${status}`];
  }
  if (name === 'disk-odd-names') return unknown([await list(person)]);
  return [];
}

async function during(run: Run, operation: () => Promise<HttpAnswer>): Promise<string[]> {
  const answers: HttpAnswer[] = [];
  while (run.state !== 'ended') {
    answers.push(await operation());
    await sleep(5);
  }
  return unknown(answers);
}

/** Links, pipes and sockets are no files to the editor: each is answered with an error of the protocol, and soon. */
async function refused(operations: readonly (() => Promise<HttpAnswer>)[]): Promise<string[]> {
  const answers: HttpAnswer[] = [];
  for (const operation of operations) answers.push(await operation());
  const let_through = answers
    .filter(({ status }) => status < 400)
    .map(({ body }) => `let through: ${body.toString().slice(0, 80)}`);
  return [...let_through, ...unknown(answers)];
}

function unknown(answers: readonly HttpAnswer[]): string[] {
  return answers
    .filter(({ status, tookMs }) => !KNOWN.has(status) || tookMs > OPERATION_MS)
    .map(({ status, tookMs, body }) => `${status} after ${tookMs.toFixed(0)} ms: ${body.toString().slice(0, 120)}`);
}
