// Runs jobs one after the other and prints what each of them moved; a process of its own, the same for every server.
import { programSettings } from '../../shared/programs.ts';
import { cpuSeconds } from '../../shared/processes.ts';
import { download } from '../download.ts';
import type { ClientSettings, Job, Mark, Outcome } from '../job.ts';
import { upload } from '../upload.ts';

const { jobs, warmUpMs, windowMs } = programSettings<ClientSettings>();

async function run(job: Job): Promise<Outcome> {
  const marks: { bytes: number; atMs: number; cpuS: number }[] = [];
  const mark: Mark = (bytes) => {
    const cpuS = job.pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
    marks.push({ bytes, atMs: performance.now(), cpuS });
  };
  await (job.direction === 'download' ? download : upload)(job, { warmUpMs, windowMs }, mark);
  const [first, last] = marks;
  if (!first || !last) throw new Error(`${job.server}: the window was not measured`);
  const gigabytes = (last.bytes - first.bytes) / 1e9;
  return {
    gigabytesPerS: gigabytes / ((last.atMs - first.atMs) / 1000),
    gigabytesPerCpuS: gigabytes / (last.cpuS - first.cpuS),
  };
}

const outcomes: Outcome[] = [];
for (const job of jobs) outcomes.push(await run(job));
process.stdout.write(JSON.stringify(outcomes), () => process.exit());
