// `npm run bench:household-lab`: the household test in a real browser over known lines, held against the kernel's own
// timestamps, against verdicts worked out from the packets, and each line against itself with fair sharing between the users.
// About 50 s a test, 25 to 30 min in all. `-- --only TEXT` runs the lines whose name or rate contains TEXT (`adaptive` and
// `perfect` are two more names), `--seconds N` is the time under load, `--perfect N` how often the perfect lines are tested;
// any of them stores nothing.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { HouseholdResult } from '@rowhouse/bufferbloat-protocol';
import { startSystem } from '@rowhouse/e2e';
import { parseLink } from '@rowhouse/linklab';
import { printRows, type Row, saveResults } from '../shared/verdict.ts';
import { foundRow, perfectRow, sharingRows } from './household-rows.ts';
import { compareLatency, latencyRows } from './latency.ts';
import { FAST_LINK, type HouseholdLink, LINKS, PERFECT_LINK } from './links.ts';
import { documentOf } from './document.ts';
import { linkText, type Outcome } from './tables.ts';
import { householdTest, runLink } from './run.ts';
import { compareVerdicts, verdictRows } from './verdicts.ts';

const DOCUMENT = path.join(import.meta.dirname, '../../../docs/household-accuracy.md');
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
  const system = await startSystem([], { onLine: () => {} });
  while (overLoopback.length < perfectTests) overLoopback.push(await householdTest(system.url, seconds));
  await system.stop();
  tell('loopback', [perfectRow('loopback', overLoopback)]);
}

const short = printRows('The household over known lines', rows);
const took = `${((Date.now() - startedMs) / 60_000).toFixed(0)} min`;
process.stdout.write(`took ${took}\n`);
if (Object.keys(values).length === 0) {
  saveResults('household-lab', { took, rows, outcomes: outcomes.map(stored) });
  writeFileSync(DOCUMENT, documentOf({ rows, outcomes, seconds, took }));
}
process.exitCode = short === 0 ? 0 : 1;

/** An outcome without the thousands of samples of its result. */
function stored({ result, ...outcome }: Outcome): object {
  return { ...outcome, result: { ...result, samples: undefined } };
}
