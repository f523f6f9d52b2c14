import type { Grade, HouseholdResult, UserResult } from '@rowhouse/bufferbloat-protocol';
import { type Advice, queueAdvice } from '../advice.ts';

/** What a household's result means, and what to do about it. */
export interface HouseholdExplanation {
  /** One sentence about the household as a whole; each user's own is in the result. */
  readonly summary: string;
  readonly advice: Advice;
}

/** Puts a household's result in plain language and says what to do. */
export function explainHousehold(result: HouseholdResult): HouseholdExplanation {
  return { summary: summary(result), advice: advice(result) };
}

function summary({ grade, users }: HouseholdResult): string {
  if (grade.total === null) return 'Not every user could be measured, so there is no total grade.';
  const suffered = Object.values(users).filter(({ grade: own }) => !isGood(own.total));
  if (grade.total === 'A+') return 'Excellent: everybody had the line as if they were alone on it.';
  if (suffered.length === 0) return 'Very good: all at once, and hardly anyone would notice the others.';
  const names = inWords(suffered.map(({ profile }) => profile.name));
  const verb = suffered.length === 1 ? 'has' : 'have';
  if (grade.total === 'B') return `Good: while all use the line at once, ${names} ${verb} to put up with a little.`;
  if (grade.total === 'C') return `Fair: while all use the line at once, ${names} ${verb} to put up with a lot.`;
  return `${grade.total === 'D' ? 'Poor' : 'Very poor'}: the line does not carry this household; it fails ${names}.`;
}

/**
 * Below A: smart queues, if latency is what is wrong, or if bulk took what the others needed; else the line is too narrow for what
 * was wanted of it, which no queue can mend.
 */
function advice({ grade, users, household }: HouseholdResult): Advice {
  if (grade.total === null) {
    return { needed: false, headline: 'Run the test again before changing anything.', steps: [], shaper: null };
  }
  if (isGood(grade.total)) return { needed: false, headline: 'Nothing needs doing.', steps: [], shaper: null };
  const { goodputMbps, filled } = household.line;
  const late = Object.values(users).some(({ grade: own }) => !isGood(own.latency));
  if (late || bulkHadEnough(household, users)) {
    const downMbps = filled.download ? goodputMbps.download : null;
    const upMbps = filled.upload ? goodputMbps.upload : null;
    const headline =
      'Turn on smart queue management (SQM) in the router: one user fills a queue that all the others wait in.';
    return queueAdvice(headline, downMbps, upMbps);
  }
  return {
    needed: true,
    headline: 'The line is too narrow for all of this at once.',
    steps: [
      'Let updates and backups run at night, or limit their rate in their settings.',
      'Choose a lower quality for films and calls.',
      'Test again from a device on a cable: a weak Wi-Fi looks the same.',
      'If it stays like this, a faster plan is what helps.',
    ],
    shaper: null,
  };
}

/** Whether bulk had so much that the others could have had what they lacked. */
function bulkHadEnough({ fairness }: HouseholdResult['household'], users: HouseholdResult['users']): boolean {
  const lackingMbps = Object.values(users)
    .filter(({ profile }) => profile.verdict !== 'bulk')
    .reduce((sum, user) => sum + lacking(user), 0);
  return lackingMbps > 0 && (fairness.takenByBulkMbps ?? 0) >= lackingMbps / 2;
}

function lacking({ wantedMbps, deliveredMbps, deliveredShare }: UserResult): number {
  if (deliveredShare === 1) return 0;
  const down = wantedMbps.download - (deliveredMbps.download ?? wantedMbps.download);
  const up = wantedMbps.upload - (deliveredMbps.upload ?? wantedMbps.upload);
  return Math.max(0, down) + Math.max(0, up);
}

function isGood(grade: Grade | null): boolean {
  return grade === 'A+' || grade === 'A';
}

function inWords(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
