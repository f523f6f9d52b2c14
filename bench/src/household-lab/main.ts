// `npm run bench:household-lab`: the household test in a real browser over known lines, held against the kernel's own
// timestamps, against verdicts worked out from the packets, and each line against itself with fair sharing between the users.
// About 50 s a test. `-- --only TEXT` runs the lines whose name or rate contains TEXT (`adaptive` and `perfect` are two more
// names), `--seconds N` is the time under load, `--perfect N` how often the perfect lines are tested; any of them stores
// nothing.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { HouseholdResult } from '@rowhouse/bufferbloat-protocol';
import { startSystem } from '@rowhouse/e2e';
import { parseLink } from '@rowhouse/linklab';
import { provenance } from '../shared/machine.ts';
import { printRows, type Row, saveResults } from '../shared/verdict.ts';
import { foundRow, perfectRow, sharingRows } from './household-rows.ts';
import { compareLatency, latencyRows } from './latency.ts';
import { FAST_LINK, type HouseholdLink, LINKS, PERFECT_LINK } from './links.ts';
import { gradesTable, latencyTable, linkText, type Outcome, verdictTable } from './markdown.ts';
import { householdTest, runLink } from './run.ts';
import { compareVerdicts, verdictRows } from './verdicts.ts';

const USUAL = { seconds: 30, perfect: 10 } as const;
/** Links on which the rate that adaptive bulk finds is checked, in Mbit/s. */
const FOUND_MBPS = new Set([10, 100]);

const { values } = parseArgs({
  options: { only: { type: 'string' }, seconds: { type: 'string' }, perfect: { type: 'string' } },
});
const seconds = Number(values.seconds ?? USUAL.seconds);
const perfectTests = Number(values.perfect ?? USUAL.perfect);
const isWanted = (text: string) => values.only === undefined || text.includes(values.only);

const startedMs = Date.now();
const outcomes: Outcome[] = [];
const rows: Row[] = [];

function tell(title: string, found: readonly Row[]): void {
  rows.push(...found);
  printRows(title, found);
}

async function test(link: HouseholdLink, fair: boolean): Promise<HouseholdResult> {
  const name = `${link.name}${fair ? ', fair' : ''}`;
  const run = await runLink(link, fair, seconds);
  const outcome = { link, fair, latency: compareLatency(run), verdicts: compareVerdicts(run), result: run.result };
  outcomes.push(outcome);
  const { level, reasons } = run.result.confidence;
  const title = `${name} (${linkText(link)}): ${[level, ...reasons.map(({ code }) => code)].join(' ')}`;
  tell(title, [...latencyRows(name, outcome.latency), ...verdictRows(name, outcome.verdicts)]);
  return run.result;
}

for (const link of LINKS.filter((one) => isWanted(`${one.name} ${one.down} ${one.up}`))) {
  const plain = await test(link, false);
  const fair = await test(link, true);
  const { rateMbps } = parseLink(link).down;
  const found = FOUND_MBPS.has(rateMbps) ? [foundRow(link.name, plain, rateMbps)] : [];
  tell(`${link.name}: without and with fair sharing`, [...sharingRows(link.name, plain, fair), ...found]);
}
if (isWanted('adaptive')) {
  const { result } = await runLink(FAST_LINK, false, seconds);
  tell('adaptive bulk on a fast line', [foundRow(FAST_LINK.name, result, parseLink(FAST_LINK).down.rateMbps)]);
}
if (isWanted('perfect')) {
  const overLab: HouseholdResult[] = [];
  while (overLab.length < perfectTests) overLab.push((await runLink(PERFECT_LINK, false, seconds)).result);
  tell('a perfect line', [perfectRow(linkText(PERFECT_LINK), overLab)]);
  const overLoopback: HouseholdResult[] = [];
  const system = await startSystem();
  while (overLoopback.length < perfectTests) overLoopback.push(await householdTest(system.url, seconds));
  await system.stop();
  tell('loopback', [perfectRow('loopback', overLoopback)]);
}

const short = printRows('The household over known lines', rows);
const took = `${((Date.now() - startedMs) / 60_000).toFixed(0)} min`;
process.stdout.write(`took ${took}\n`);
if (Object.keys(values).length === 0) {
  saveResults('household-lab', { took, rows, outcomes: outcomes.map(stored) });
  writeDocs();
}
process.exitCode = short === 0 ? 0 : 1;

/** An outcome without the thousands of samples of its result. */
function stored({ result, ...outcome }: Outcome): object {
  return { ...outcome, result: { ...result, samples: undefined } };
}

function writeDocs(): void {
  const { date, commit, machine } = provenance();
  const reached = rows.filter((row) => row.ok).length;
  const missed = rows.filter((row) => !row.ok).map((row) => `- ${row.what}: ${row.figure}; target ${row.target}\n`);
  const whole = rows.filter(({ what }) => /rate found|A\+ for everyone/.test(what));
  writeFileSync(
    path.join(import.meta.dirname, '../../../docs/household-accuracy.md'),
    [
      '# Accuracy of the household\n',
      `\`npm run bench:household-lab\` on ${date}, commit ${commit}, ${machine}; it took ${took}. The page ran in a real browser`,
      `across lines made by the kernel, ${seconds} s under load each, without and with fair sharing between the users. How each figure is`,
      'measured: [method.md](method.md).\n',
      `${reached} of ${rows.length} figures reach their target.\n`,
      missed.length === 0 ? '' : `Short of it:\n\n${missed.join('')}`,
      whole
        .map(({ what, figure, target, ok }) => `- ${what}: ${figure} (target ${target}${ok ? '' : ', short'})\n`)
        .join(''),
      '## What a line does to a household, and what fair sharing makes of it\n',
      'With fair sharing each user has a queue of their own with 10 ms of room at the line’s rate (htb classes by the',
      'server’s port, each sure of a fifth of the line): it stands for a router with smart queues. Added latency is the median',
      'under load above that of the quiet line; “got” is the lesser of both directions’ delivered over wanted.\n',
      gradesTable(outcomes),
      '## Path latency: measured / true\n',
      'The truth of a probe is its own sojourn in the router on both legs, from packet timestamps at both interfaces, and the',
      'base round trip of the line. Allowed: 1 ms or 3 %, whichever is more.\n',
      latencyTable(outcomes),
      '## Verdicts: measured / from the packets\n',
      'The packets of three sessions were recorded where they left the router, their TCP streams put together and their',
      'messages dated by the arrival of their last byte; the same rules, written a second time, were applied to those. Allowed: one',
      'event or 2 %.\n',
      verdictTable(outcomes),
    ].join('\n'),
  );
}
