/** Sizes of machines for which the documents name a number of students (requirement C10). */
export const TIER_NAMES = ['small', 'medium', 'large'] as const;
export type TierName = (typeof TIER_NAMES)[number];

export interface Tier {
  readonly name: TierName;
  readonly cores: number;
  readonly memoryBytes: number;
  /** Students at once: the lower of the documents' figures, until the machine has been measured. */
  readonly users: number;
  /** Programs that run at once. */
  readonly activeRuns: number;
}

const GIB = 1024 ** 3;

/** From small to large. */
export const TIERS: readonly Tier[] = [
  { name: 'small', cores: 1, memoryBytes: 4 * GIB, users: 8, activeRuns: 20 },
  { name: 'medium', cores: 2, memoryBytes: 6 * GIB, users: 15, activeRuns: 30 },
  { name: 'large', cores: 4, memoryBytes: 8 * GIB, users: 30, activeRuns: 60 },
];

/** A machine sold with 4 GiB has a little less for programs. */
const MEMORY_SLACK = 0.9;

/** What the machine has, as far as this process may use it. */
export interface MachineSize {
  readonly cores: number;
  readonly memoryBytes: number;
}

/** The largest tier whose cores and memory the machine has; a smaller machine counts as the smallest tier. */
export function tierOf({ cores, memoryBytes }: MachineSize): Tier {
  const fits = TIERS.filter((tier) => cores >= tier.cores && memoryBytes >= tier.memoryBytes * MEMORY_SLACK);
  return fits.at(-1) ?? smallest();
}

export function tierNamed(name: TierName): Tier {
  return TIERS.find((tier) => tier.name === name) ?? smallest();
}

function smallest(): Tier {
  const [tier] = TIERS;
  if (tier === undefined) throw new RangeError('there are no tiers');
  return tier;
}
