import { provenance } from '../shared/machine.ts';
import type { Row } from '../shared/verdict.ts';
import { gradesTable, latencyTable, type Outcome, verdictTable } from './tables.ts';

export interface Findings {
  readonly rows: readonly Row[];
  readonly outcomes: readonly Outcome[];
  /** Time under load of each test. */
  readonly seconds: number;
  readonly took: string;
}

/** docs/household-accuracy.md. */
export function documentOf({ rows, outcomes, seconds, took }: Findings): string {
  const { date, commit, machine } = provenance();
  const missed = rows.filter((row) => !row.ok).map((row) => `- ${row.what}: ${row.figure}; target ${row.target}`);
  const whole = rows.filter(({ what }) => /rate found|A\+ for everyone/.test(what));
  return `# Accuracy of the household

\`npm run bench:household-lab\` on ${date}, commit ${commit}, ${machine}; it took ${took}.
The page ran in a real browser across lines made by the kernel, ${seconds} s under load each, without and with fair sharing between
the users. How each figure is measured: [method.md](method.md).

${rows.length - missed.length} of ${rows.length} figures reach their target.${missed.length === 0 ? '' : ` Short of it:\n\n${missed.join('\n')}`}

${whole.map(({ what, figure, target, ok }) => `- ${what}: ${figure} (target ${target}${ok ? '' : ', short'})`).join('\n')}

## What a line does to a household, and what fair sharing makes of it

With fair sharing each user has a queue of their own with 10 ms of room at the line’s rate (htb classes by the server’s port,
each sure of a fifth of the line): it stands for a router with smart queues. Added latency is the median under load above that of
the quiet line; “got” is the lesser of both directions’ delivered over wanted.

${gradesTable(outcomes)}
## Path latency: measured / true

The truth of a probe is its own sojourn in the router on both legs, from packet timestamps at both interfaces, and the base
round trip of the line. Allowed: 1 ms or 3 %, whichever is more.

${latencyTable(outcomes)}
## Verdicts: measured / from the packets

The packets of three sessions were recorded where they left the router, their TCP streams put together and their messages dated
by the arrival of their last byte; the same rules, written a second time, were applied to those. Allowed: one event or 2 %.

${verdictTable(outcomes)}`;
}
