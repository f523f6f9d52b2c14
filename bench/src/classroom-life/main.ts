// `npm run bench:classroom-life`: ten minutes of class life with 38 students who edit, save, run, type and plot.
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { healthSchema } from '@rowhouse/classroom-protocol';
import { createHttp } from '../shared/classroom-http.ts';
import { people } from '../shared/classroom-people.ts';
import { startClassroom } from '../shared/classroom-system.ts';
import { withCleanup } from '../shared/cleanup.ts';
import { watchLoad } from '../shared/machine-load.ts';
import { memoryOf } from '../shared/processes.ts';
import { quantile } from '../shared/quantiles.ts';
import { untilQuiet } from '../shared/quiet.ts';
import { Random } from '../shared/random.ts';
import { printRows, saveResults } from '../shared/verdict.ts';
import { attendLesson } from './student.ts';

const { values } = parseArgs({
  options: {
    students: { type: 'string', default: '38' },
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
  },
});
const students = Number(values.students);
const minutes = Number(values.minutes);
const canPlot = (() => {
  try {
    execFileSync('/usr/bin/python3', ['-c', 'import matplotlib'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();
const coresInUse = await untilQuiet();

const found = await withCleanup(async (undo) => {
  const classroom = await startClassroom({ args: ['--max-users', '60', '--max-active-runs', '100'] });
  undo(() => classroom.remove());
  const everybody = await people(classroom.port, students);
  const load = watchLoad();
  const rssBefore = memoryOf(classroom.mainPid)?.rssBytes ?? 0;
  const untilMs = performance.now() + minutes * 60_000;
  const random = new Random(Number(values.seed));
  const lessons = everybody.map((person) => attendLesson(person, untilMs, new Random(random.int(2 ** 31)), canPlot));
  const door = createHttp(classroom.port);
  const health: { tookMs: number; abandoned: number; status: string }[] = [];
  const watch = setInterval(() => {
    door.ask('/health').then(
      ({ body, tookMs }) =>
        health.push({ tookMs, abandoned: 0, status: healthSchema.parse(JSON.parse(body.toString())).status }),
      () => health.push({ tookMs: Number.POSITIVE_INFINITY, abandoned: 0, status: 'no answer' }),
    );
  }, 5000);
  const diaries = await Promise.all(lessons);
  clearInterval(watch);
  const stats = JSON.parse((await door.ask('/system-stats')).body.toString()) as { processes?: { abandoned: number } };
  door.close();
  const rssAfter = memoryOf(classroom.mainPid)?.rssBytes ?? 0;
  return {
    responses: diaries.flatMap((diary) => diary.responses),
    errors: diaries.flatMap((diary) => diary.errors),
    cpuPercent: load.cpuPercent(),
    memoryPercent: load.memoryPercent(),
    abandoned: stats.processes?.abandoned ?? Number.NaN,
    unhealthy: health.filter(({ status }) => status !== 'healthy').map(({ status }) => status),
    rssBefore,
    rssAfter,
  };
});

const { responses, errors, cpuPercent, memoryPercent, abandoned, unhealthy, rssBefore, rssAfter } = found;
const took = responses.map(({ tookMs }) => tookMs);
const mean = took.reduce((sum, each) => sum + each, 0) / took.length;
const slowest = responses.toSorted((a, b) => b.tookMs - a.tookMs).slice(0, 3);
const short = printRows(
  `${minutes} minutes of class life, ${students} students${canPlot ? '' : ' (matplotlib is not installed: no plots)'}; others used ${coresInUse.toFixed(2)} cores before`,
  [
    { what: `mean of ${took.length} responses`, figure: `${mean.toFixed(1)} ms`, target: '< 50 ms', ok: mean < 50 },
    {
      what: 'slowest responses',
      figure: slowest.map(({ what, tookMs }) => `${what} ${tookMs.toFixed(0)} ms`).join(', '),
      target: 'none above 500 ms',
      ok: took.every((each) => each <= 500),
    },
    { what: 'p99', figure: `${quantile(took, 0.99).toFixed(1)} ms`, target: 'for comparison', ok: true },
    {
      what: 'errors; looks at /health that were not healthy',
      figure: `${errors.length}; ${unhealthy.length}`,
      target: '0; 0',
      ok: errors.length === 0 && unhealthy.length === 0,
    },
    { what: 'CPU of the machine', figure: `${cpuPercent.toFixed(0)} %`, target: '< 80 %', ok: cpuPercent < 80 },
    {
      what: 'memory of the machine',
      figure: `${memoryPercent.toFixed(0)} %`,
      target: '< 85 %',
      ok: memoryPercent < 85,
    },
    { what: 'abandoned processes at the end', figure: `${abandoned}`, target: '0', ok: abandoned === 0 },
    {
      what: 'server process, before and after (RSS)',
      figure: `${(rssBefore / 2 ** 20).toFixed(0)}, ${(rssAfter / 2 ** 20).toFixed(0)} MB`,
      target: '<= 150 MB',
      ok: rssAfter <= 150 * 2 ** 20,
    },
  ],
);
for (const error of [...new Set(errors)].slice(0, 8)) process.stdout.write(`        ${error}\n`);
const kinds = [...new Set(responses.map(({ what }) => what))].map((kind) => {
  const own = responses.filter(({ what }) => what === kind).map(({ tookMs }) => tookMs);
  return { kind, count: own.length, p50Ms: quantile(own, 0.5), p99Ms: quantile(own, 0.99), worstMs: Math.max(...own) };
});
saveResults('classroom-life', {
  students,
  minutes,
  mean,
  kinds,
  errors,
  cpuPercent,
  memoryPercent,
  abandoned,
  rssBefore,
  rssAfter,
});
process.exitCode = short === 0 ? 0 : 1;
