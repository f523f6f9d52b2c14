import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { existingLabs, NETNS_FOLDER } from './names.ts';
import { runProgram } from './processes.ts';

// One way out for every lab, whether it is closed or its owner is killed: a small shell, in a session of its own, waits
// for its standard input to close. The kernel closes it when the owner is gone, whatever ended it.
const CLEAN = `
lab=$1; folder=$2; tries=0
while [ $tries -lt 100 ]; do
  left=
  for path in ${NETNS_FOLDER}/"$lab"-*; do
    [ -e "$path" ] || continue
    pids=$(ip netns pids "\${path##*/}" 2>/dev/null)
    [ -n "$pids" ] && { kill -9 $pids 2>/dev/null; left=1; }
  done
  [ -z "$left" ] && break
  tries=$((tries + 1)); sleep 0.05
done
for path in ${NETNS_FOLDER}/"$lab"-*; do
  [ -e "$path" ] && ip netns del "\${path##*/}" 2>/dev/null
done
rm -rf "$folder"
`;
const WATCH = `trap '' HUP INT TERM\necho ready\nread -r _\n${CLEAN}`;

/** Where a lab keeps its recordings while it is open. */
export function labFolder(lab: string): string {
  return join(tmpdir(), lab);
}

export interface Janitor {
  /** Removes everything the lab made, its processes included; resolves when it is gone. */
  clean(): Promise<void>;
}

/** Starts the watch over a lab; from here on nothing of it outlives its owner by more than a moment. */
export async function startJanitor(lab: string): Promise<Janitor> {
  const shell = spawn('/bin/sh', ['-c', WATCH, 'linklab-janitor', lab, labFolder(lab)], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  await once(shell.stdout, 'data');
  detach(shell);
  return {
    async clean() {
      if (shell.exitCode !== null || shell.signalCode !== null) return sweep(lab);
      shell.ref();
      const gone = once(shell, 'exit');
      shell.stdin.end();
      await gone;
    },
  };
}

/** Removes what is left of labs whose owner is gone and whose watch, too, was killed. */
export async function sweepOrphans(): Promise<void> {
  for (const { lab, ownerLives } of existingLabs()) if (!ownerLives) await sweep(lab);
}

async function sweep(lab: string): Promise<void> {
  await runProgram('/bin/sh', ['-c', CLEAN, 'linklab-janitor', lab, labFolder(lab)]);
}

/** Lets the owner end although the watch goes on. */
function detach(shell: ChildProcess): void {
  shell.unref();
  for (const stream of [shell.stdin, shell.stdout]) {
    if (stream !== null && 'unref' in stream && typeof stream.unref === 'function') stream.unref();
  }
}
