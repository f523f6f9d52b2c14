/** What was done in the whole day, to be held against what the server wrote down; and whatever went wrong. */
export interface Ledger {
  /** How often each thing was done. */
  readonly deeds: Map<string, number>;
  /** How programs ended. */
  readonly ends: Map<string, number>;
  /** Empty when every output was right and every end the expected one. */
  readonly troubles: string[];
  readonly did: (what: string) => void;
  readonly ended: (reason: string) => void;
  readonly trouble: (who: string, what: unknown) => void;
  readonly count: (what: string) => number;
}

export function createLedger(): Ledger {
  const deeds = new Map<string, number>();
  const ends = new Map<string, number>();
  const troubles: string[] = [];
  const add = (to: Map<string, number>, what: string) => void to.set(what, (to.get(what) ?? 0) + 1);
  return {
    deeds,
    ends,
    troubles,
    did: (what) => add(deeds, what),
    ended: (reason) => add(ends, reason),
    trouble: (who, what) => void troubles.push(`${who}: ${what instanceof Error ? what.message : String(what)}`),
    count: (what) => deeds.get(what) ?? 0,
  };
}
