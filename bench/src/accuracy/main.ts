// `npm run bench:accuracy`: the page in a real browser over known links, held against the kernel's own timestamps.
// Takes about 50 s a link. `-- --only TEXT` runs the links whose name or rate contains TEXT and stores nothing.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { provenance } from '../shared/machine.ts';
import { printRows, saveResults } from '../shared/verdict.ts';
import { compare } from './compare.ts';
import { LINKS } from './links.ts';
import { accuracyPlot } from './plot.ts';
import { markdownTable, type Outcome, verdicts } from './report.ts';
import { runLink } from './run.ts';

const { values } = parseArgs({ options: { only: { type: 'string' } } });
const only = values.only;
const links =
  only === undefined ? LINKS : LINKS.filter((link) => `${link.name} ${link.down} ${link.up}`.includes(only));

const outcomes: Outcome[] = [];
for (const link of links) {
  const { result, truth, baseRttMs } = await runLink(link);
  const comparison = compare(result, truth, link.slow ? packetMs(link.down, link.up) : 0, baseRttMs);
  const outcome = { link, comparison };
  outcomes.push(outcome);
  printRows(`${link.name} (${link.down}, ${link.up}): ${comparison.confidence}`, verdicts([outcome]));
}

const rows = verdicts(outcomes);
const short = printRows('Accuracy of the page over known links', rows);
if (only === undefined) {
  saveResults('accuracy', { rows, outcomes });
  writeDocs();
}
process.exitCode = short === 0 ? 0 : 1;

/** One full packet's time on the slower direction of a line, in milliseconds. */
function packetMs(...directions: readonly string[]): number {
  const slowestMbps = Math.min(...directions.map((text) => Number.parseFloat(text)));
  return (1514 * 8) / (slowestMbps * 1000);
}

function writeDocs(): void {
  const { date, commit, machine } = provenance();
  const docs = path.join(import.meta.dirname, '../../../docs');
  const reached = rows.filter((row) => row.ok).length;
  const missed = rows.filter((row) => !row.ok).map((row) => `- ${row.what}: ${row.figure}; target ${row.target}\n`);
  writeFileSync(path.join(docs, 'accuracy.svg'), accuracyPlot(outcomes));
  writeFileSync(
    path.join(docs, 'accuracy.md'),
    [
      '# Accuracy\n',
      `\`npm run bench:accuracy\` on ${date}, commit ${commit}, ${machine}. The page ran in a real browser across links`,
      'made by the kernel; the truth is each probe’s own sojourn in the router, from packet timestamps at both of its',
      'interfaces, in the same windows. How each figure is measured: [method.md](method.md).\n',
      '![Measured against true added latency](accuracy.svg)\n',
      `${reached} of ${rows.length} figures reach their target.\n`,
      missed.length === 0 ? '' : `Short of it:\n\n${missed.join('')}`,
      markdownTable(outcomes),
    ].join('\n'),
  );
}
