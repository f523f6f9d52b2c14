import { execFileSync } from 'node:child_process';
import os from 'node:os';

/** What a figure was measured on; printed and stored beside every result. */
export interface Provenance {
  readonly date: string;
  readonly commit: string;
  readonly machine: string;
}

/** Today's date, the commit (with `+` when the tree differs from it) and a short description of the machine. */
export function provenance(): Provenance {
  const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim();
  const changed = git('status', '--porcelain', '--untracked-files=no') === '' ? '' : '+';
  const cpu = os.cpus()[0]?.model.trim() ?? 'unknown processor';
  const memoryGb = Math.round(os.totalmem() / 2 ** 30);
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: `${git('rev-parse', '--short', 'HEAD')}${changed}`,
    machine: `${os.cpus().length} cores ${cpu}, ${memoryGb} GB, Linux ${os.release()}, Node ${process.versions.node}`,
  };
}
