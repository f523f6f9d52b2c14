/**
 * Unix milliseconds have steps of 0.00024 in a double; a point of the grid must count as served when it comes back as
 * `afterMs`, whatever the rounding.
 */
const CLOCK_STEP_MS = 0.001;

/**
 * When to send the next probe: open-loop, on a grid fixed by `anchorMs` and the rate, whatever has come back. A timer
 * that fires late skips the points it missed; it never sends a burst to catch up.
 *
 * @param anchorMs a point of the grid, such as the moment when the rate was set
 * @param perS probes a second, above 0
 * @param afterMs the answer is later than this: the later of now and the point that was just served
 */
export function nextProbeMs(anchorMs: number, perS: number, afterMs: number): number {
  const intervalMs = 1000 / perS;
  const served = Math.floor((afterMs - anchorMs + CLOCK_STEP_MS) / intervalMs);
  return anchorMs + (served + 1) * intervalMs;
}
