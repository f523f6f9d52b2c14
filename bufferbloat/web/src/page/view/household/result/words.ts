import type { Grade, HouseholdResult } from '@rowhouse/bufferbloat-protocol';

/** What a grade means for those who share the line. */
export const HOUSEHOLD_MEANING: Readonly<Record<Grade, string>> = {
  'A+': 'Everyone at once, and nobody noticed the others.',
  A: 'Everyone at once, and hardly anybody noticed.',
  B: 'Everyone at once works. Fast games feel it first.',
  C: 'Everyone at once is felt: somebody’s evening was clearly worse for it.',
  D: 'Everyone at once is too much for this line: somebody had to put up with a lot.',
  F: 'Everyone at once breaks this line: somebody could not go on.',
};

/** How the growth of bulk ended, in a sentence's second half. */
export const ADAPTIVE_ENDS: Readonly<Record<HouseholdResult['household']['adaptive']['end'], string>> = {
  'line-full': 'until the line was full',
  limit: 'up to the limit without filling the line',
  'not-reached': 'and had not filled the line when the test was over',
  off: 'not at all',
};
