import { describe, expect, it } from 'vitest';
import { burstBytes, linkSteps, places } from '../src/plan.ts';

const SPEC = { down: { rateMbps: 20, queueMs: 200 }, up: { rateMbps: 0.5, queueMs: 300 } };

describe('the plan of a link', () => {
  it('shapes each direction on the interface by which it leaves the router', () => {
    const shaping = linkSteps('lab', SPEC).find((step) => step.tool === 'tc');
    expect(shaping).toEqual({
      tool: 'tc',
      place: 'router',
      lines: [
        'qdisc add dev toclient root tbf rate 20000000bit burst 2500b limit 500000b',
        'qdisc add dev toserver root tbf rate 500000bit burst 1514b limit 18750b',
      ],
    });
  });

  it('has a fourth place only where a relay is needed', () => {
    expect(places(SPEC)).toEqual(['client', 'router', 'server']);
    expect(places({ ...SPEC, baseRttMs: 20 })).toEqual(['client', 'router', 'edge', 'server']);
  });

  it('gives the shaper one millisecond of tokens, and one packet at least', () => {
    expect(burstBytes(1)).toBe(1514);
    expect(burstBytes(1000)).toBe(125_000);
  });
});
