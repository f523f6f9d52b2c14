/** The ruler's ends in milliseconds; what lies outside is drawn at the end. */
const FROM_MS = 1;
const TO_MS = 1500;

/** Where an added latency lies on the ruler, in percent of its length: logarithmic, as the grades are. */
export function rulerPercent(addedMs: number): number {
  const clamped = Math.min(TO_MS, Math.max(FROM_MS, addedMs));
  return (100 * Math.log(clamped / FROM_MS)) / Math.log(TO_MS / FROM_MS);
}
