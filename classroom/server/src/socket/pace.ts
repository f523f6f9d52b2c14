/** What becomes of a message by how many came before it. */
export type Verdict = 'take' | 'refuse' | 'close';

/** Messages that may come at once. */
const BURST = 400;
/** Messages a second after that: acknowledgements at full output, several programs at once. */
const PER_S = 200;
/** Refused messages in a row of seconds, after which nobody can call it a mistake. */
const MOST_REFUSED = 5000;

/** Counts the messages of one connection: too many are refused, a flood ends the connection. */
export function createPace(nowMs: () => number): () => Verdict {
  let level = BURST;
  let refused = 0;
  let atMs = nowMs();
  return () => {
    const now = nowMs();
    level = Math.min(BURST, level + (Math.max(0, now - atMs) / 1000) * PER_S);
    atMs = now;
    if (level >= BURST) refused = 0;
    if (level >= 1) {
      level -= 1;
      return 'take';
    }
    refused += 1;
    return refused > MOST_REFUSED ? 'close' : 'refuse';
  };
}
