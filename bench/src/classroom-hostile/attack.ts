import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HOSTILE_FOLDER, type HostileProgram } from '@rowhouse/classroom-guard';
import { openTab, type Person, save, type Tab } from '../shared/classroom-client.ts';
import { disturb } from './disturb.ts';
import { clear, processesOf, type RoomFolder, runGroups, settled } from './room-state.ts';

/** Longest that a program may go on: its wall time, and what its end takes. */
const LIMIT_MS = 40_000;
const USABLE_MS = 1000;
/** Sandbox, session host, the next run's process and the file worker. */
const IDLE_PROCESSES = 4;

export interface Attack {
  readonly name: string;
  readonly reason: string;
  readonly message: string;
  readonly notices: readonly string[];
  readonly tookMs: number;
  /** From the end of the program to the first output of the next one. */
  readonly usableMs: number;
  /** What was not as it should be; empty for a room that held. */
  readonly wrong: readonly string[];
  /** The last of what it printed. */
  readonly tail: string;
}

export interface Attacker {
  readonly person: Person;
  readonly accountId: string;
  readonly folder: RoomFolder;
}

/** Runs one hostile program as one student, and looks at what is left of it. */
export async function attack(program: HostileProgram, attacker: Attacker): Promise<Attack> {
  const { person, folder, accountId } = attacker;
  const wrong: string[] = [];
  clear(folder);
  for (const name of ['attempt', program.name]) {
    const answer = await save(person, `${name}.py`, readFileSync(path.join(HOSTILE_FOLDER, `${name}.py`)));
    if (answer.status >= 300) wrong.push(`${name}.py could not be saved: ${answer.status} ${answer.body.toString()}`);
  }
  const tab = await openTab(person);
  try {
    const run = await tab.start({ file: `${program.name}.py` });
    const startMs = performance.now();
    if (program.stopAfterMs !== undefined) setTimeout(() => run.stop(), program.stopAfterMs).unref();
    if (program.endInputAfterMs !== undefined) setTimeout(() => run.endInput(), program.endInputAfterMs).unref();
    const disturbed = disturb(program.name, person, run);
    const end = await Promise.race([run.ended, sleep(LIMIT_MS, undefined, { ref: false })]);
    const tookMs = performance.now() - startMs;
    if (!end) {
      wrong.push(`did not end within ${LIMIT_MS / 1000} s`);
      run.stop();
    }
    const usableMs = await usable(tab);
    if (usableMs > USABLE_MS) wrong.push(`the room was usable after ${usableMs.toFixed(0)} ms`);
    if (end) wrong.push(...(await disturbed).slice(0, 3));

    const text = run.text();
    const notices = run.pieces.filter(({ kind }) => kind === 'notice').map((piece) => piece.text);
    const reason = end?.reason ?? 'none';
    if (end && !program.ends.includes(reason)) wrong.push(`ended as ${reason}, not ${program.ends.join(' or ')}`);
    if (end && end.message.length < 20) wrong.push(`no plain sentence: "${end.message}"`);
    if (program.says && !program.says.test(text)) wrong.push(`what it printed is not there: ${String(program.says)}`);
    if (program.notice && !notices.some((notice) => isAbout(notice, program.notice ?? '')))
      wrong.push(`no notice of ${program.notice}`);
    if (!run.inOrder) wrong.push('output with holes or overlaps');
    for (const [line] of text.matchAll(/^VIOLATED.*$/gm)) wrong.push(line);
    wrong.push(...(await leftovers(program.name, accountId, folder)));
    return {
      name: program.name,
      reason,
      message: end?.message ?? '',
      notices,
      tookMs,
      usableMs,
      wrong,
      tail: text.slice(-400),
    };
  } finally {
    tab.close();
  }
}

async function usable(tab: Tab): Promise<number> {
  const startMs = performance.now();
  const again = await tab.start({ source: 'print("usable")' });
  await again.until(() => again.text('stdout').includes('usable'), 'the first output of the next program', 20_000);
  const tookMs = performance.now() - startMs;
  await again.ended;
  return tookMs;
}

async function leftovers(name: string, accountId: string, folder: RoomFolder): Promise<string[]> {
  const wrong: string[] = [];
  const left = await settled(folder.uid, IDLE_PROCESSES, 1000);
  if (left.size > IDLE_PROCESSES)
    wrong.push(`${left.size} processes left: ${[...left.values()].join(' | ').slice(0, 300)}`);
  const groups = new Set(runGroups(accountId).map((group) => path.basename(group)));
  if (groups.size > 1) wrong.push(`${groups.size} groups of runs left`);
  if (name === 'daemon') {
    const heartbeat = path.join(folder.workspace, 'heartbeat.txt');
    const before = statSync(heartbeat).size;
    await sleep(300);
    if (statSync(heartbeat).size !== before) wrong.push('the daemon lives');
  }
  if (processesOf(folder.uid).size === 0) wrong.push('the room is gone');
  return wrong;
}

/** Which notice a sentence is, by the word that stands in no other. */
function isAbout(sentence: string, notice: string): boolean {
  const words: Readonly<Record<string, RegExp>> = {
    'process-limit': /processes and threads/,
    'file-size-limit': /one file may have/,
    'open-files-limit': /files at once/,
    'figure-too-large': /figure/,
  };
  return words[notice]?.test(sentence) ?? false;
}
