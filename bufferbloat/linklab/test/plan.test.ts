import { describe, expect, it } from 'vitest';
import { linkSteps, places } from '../src/plan.ts';
import { burstBytes, shapingLines } from '../src/shaping.ts';

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

describe('fair sharing', () => {
  const lines = shapingLines({ down: { rateMbps: 30 }, up: { rateMbps: 3 }, fairPorts: [8001, 8002] });

  it('is sure of an equal share and may borrow the whole link, by the server’s port in both directions', () => {
    expect(lines.filter((line) => line.includes('toclient'))).toEqual([
      'qdisc add dev toclient root handle 1: htb default 2',
      'class add dev toclient parent 1: classid 1:1 htb rate 30000000bit burst 3750b ceil 30000000bit cburst 3750b quantum 1514',
      'class add dev toclient parent 1:1 classid 1:2 htb rate 10000000bit burst 1514b ceil 30000000bit cburst 3750b quantum 1514',
      'qdisc add dev toclient parent 1:2 bfifo limit 37500',
      'class add dev toclient parent 1:1 classid 1:10 htb rate 10000000bit burst 1514b ceil 30000000bit cburst 3750b quantum 1514',
      'qdisc add dev toclient parent 1:10 bfifo limit 37500',
      'filter add dev toclient parent 1: protocol ip prio 1 u32 match ip sport 8001 0xffff flowid 1:10',
      'class add dev toclient parent 1:1 classid 1:11 htb rate 10000000bit burst 1514b ceil 30000000bit cburst 3750b quantum 1514',
      'qdisc add dev toclient parent 1:11 bfifo limit 37500',
      'filter add dev toclient parent 1: protocol ip prio 1 u32 match ip sport 8002 0xffff flowid 1:11',
    ]);
    expect(lines).toContain(
      'filter add dev toserver parent 1: protocol ip prio 1 u32 match ip dport 8002 0xffff flowid 1:11',
    );
  });

  it('leaves room for a few packets on a slow line', () => {
    expect(lines).toContain('qdisc add dev toserver parent 1:2 bfifo limit 9084');
  });
});
