import { describe, expect, it } from 'vitest';
import { Flight } from '../../src/shared/flight.ts';

const ONE_WAY_MS = 20;
const BYTES = 1000;

/** A message every 10 ms until `untilMs`, and acknowledgements that say how much had arrived when. */
function fly(untilMs: number, ...acknowledged: readonly (readonly [messages: number, asOfMs: number])[]): Flight {
  const flight = new Flight(ONE_WAY_MS);
  for (let atMs = 0; atMs < untilMs; atMs += 10) flight.sent(BYTES, atMs);
  for (const [messages, asOfMs] of acknowledged) flight.acknowledge(messages * BYTES, asOfMs);
  return flight;
}

describe('Flight', () => {
  it('is free before anything is known, and while what arrived keeps up with what was sent', () => {
    expect(fly(500).isFree).toBe(true);
    expect(fly(500, [48, 500]).isFree).toBe(true);
  });

  it('is not free when something has not arrived 50 ms after it should have', () => {
    expect(fly(500, [43, 500]).isFree).toBe(false);
    expect(fly(500, [44, 500]).isFree).toBe(true);
  });

  it('does not take a late acknowledgement for a late message', () => {
    // The newest word is 400 ms old because the way back is full: all was well when it was said.
    expect(fly(1000, [57, 600]).isFree).toBe(true);
    expect(fly(1000, [50, 600]).isFree).toBe(false);
  });

  it('always lets two messages be on their way', () => {
    expect(fly(30, [0, 500]).isFree).toBe(false);
    expect(fly(20, [0, 500]).isFree).toBe(true);
  });

  it('changes nothing for a count of what was never sent', () => {
    const flight = fly(100, [5, 100], [2_000_000, 200]);
    expect([flight.arrivedBytes, flight.asOfMs]).toEqual([5 * BYTES, 100]);
  });

  it('counts on when the 32 bits of the acknowledgements run over', () => {
    const flight = new Flight(ONE_WAY_MS);
    const large = 2 ** 30;
    for (let message = 1; message <= 5; message++) {
      flight.sent(large, message);
      flight.acknowledge((message * large) >>> 0, message);
    }
    expect(flight.arrivedBytes).toBe(5 * large);
  });
});
