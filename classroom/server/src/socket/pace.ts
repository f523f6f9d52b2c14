/** What becomes of a message by how many came before it. */
export type Verdict = 'take' | 'refuse' | 'close';

/** Messages that may come at once. */
const BURST = 400;
/** Messages a second after that: acknowledgements at full output, several programs at once. */
const PER_S = 200;
/** What is long takes long to read: so many bytes count as one message more. */
const BYTES = 4096;
/** Refused messages in a row of seconds, after which nobody can call it a mistake. */
const MOST_REFUSED = 5000;

/** Counts the messages of one connection, by their size: too many are refused, a flood ends the connection. */
export function createPace(nowMs: () => number): (bytes?: number) => Verdict {
  let level = BURST;
  let refused = 0;
  let atMs = nowMs();
  return (bytes = 0) => {
    const cost = 1 + Math.floor(bytes / BYTES);
    const now = nowMs();
    level = Math.min(BURST, level + (Math.max(0, now - atMs) / 1000) * PER_S);
    atMs = now;
    if (level >= BURST) refused = 0;
    if (level >= 1) {
      level -= cost;
      return 'take';
    }
    refused += cost;
    return refused > MOST_REFUSED ? 'close' : 'refuse';
  };
}
