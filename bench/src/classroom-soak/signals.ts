import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';

const TRACING = '/sys/kernel/tracing';
/** Holds some hundred thousand signals for each processor. */
const BUFFER_KB = 16_384;
/** A child has ended: the kernel's news, and nobody's signal. */
const SIGCHLD = 17;
const SIGPIPE = 13;
const SIGTERM = 15;

export interface Signal {
  readonly number: number;
  /** Thread that it was meant for. */
  readonly to: number;
  /** Name and thread of who was on the processor when it was made. */
  readonly from: string;
  readonly fromThread: number;
}

/** Who writes to somebody that has gone is told so by the kernel with a signal of its own making, which Node ignores. */
export const isOfOwnWriting = ({ number, to, fromThread }: Signal): boolean => number === SIGPIPE && to === fromThread;

export interface SignalWitness {
  /** Every signal that the kernel has made since, for whomever. @throws Error when some were lost */
  all(): readonly Signal[];
  stop(): void;
}

/**
 * Has the kernel write down every signal that is made, whoever makes it by whatever call, SIGCHLD excepted. A signal to a
 * group is one to each of its members, its leader included.
 *
 * @returns `undefined` where the kernel does not tell (it takes root and tracefs)
 */
export async function watchSignals(): Promise<SignalWitness | undefined> {
  let mounted = false;
  const folder = `${TRACING}/instances/rowhouse-soak-${process.pid}`;
  const event = `${folder}/events/signal/signal_generate`;
  const stop = () => {
    if (existsSync(folder)) {
      writeFileSync(`${event}/enable`, '0');
      rmdirSync(folder);
    }
    if (mounted) execFileSync('umount', [TRACING]);
    mounted = false;
  };
  try {
    if (!existsSync(`${TRACING}/instances`)) {
      execFileSync('mount', ['-t', 'tracefs', 'tracefs', TRACING], { stdio: 'ignore' });
      mounted = true;
    }
    mkdirSync(folder);
    writeFileSync(`${folder}/buffer_size_kb`, String(BUFFER_KB));
    writeFileSync(`${event}/filter`, `sig != ${SIGCHLD}`);
    writeFileSync(`${event}/enable`, '1');
    const witness = { all: () => read(folder), stop };
    if (await seesASignal(witness)) return witness;
  } catch {
    // not root, or a kernel that does not tell
  }
  stop();
  return undefined;
}

/** A signal of ours that it must have seen: so that nothing seen means that there was nothing. */
async function seesASignal(witness: SignalWitness): Promise<boolean> {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  const { pid } = child;
  child.kill('SIGTERM');
  await once(child, 'exit');
  return witness.all().some(({ number, to }) => number === SIGTERM && to === pid);
}

function read(folder: string): readonly Signal[] {
  for (const name of readdirSync(`${folder}/per_cpu`)) {
    const lost = /^overrun: (\d+)/m.exec(readFileSync(`${folder}/per_cpu/${name}/stats`, 'utf8'))?.[1];
    if (lost !== '0') throw new Error(`the kernel's list of signals was too short by ${lost ?? 'an unknown number'}`);
  }
  return readFileSync(`${folder}/trace`, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const found = /^\s*(.*)-(\d+)\s+\[\d+\].* signal_generate: sig=(\d+) .* pid=(\d+) grp=/.exec(line);
      if (!found) return [];
      const [, from = '', fromThread, number, to] = found;
      return [{ number: Number(number), to: Number(to), from, fromThread: Number(fromThread) }];
    });
}
