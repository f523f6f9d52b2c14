import { layerNameSchema } from '@rowhouse/classroom-protocol';
import { describe, expect, it } from 'vitest';
import { judge, type Means, noLayers } from '../../src/launcher/verify/judge.ts';
import type { AttackReport } from '../../src/launcher/verify/report.ts';

const means: Means = {
  noBubblewrap: undefined,
  ownUids: true,
  groupsVersion: 1,
  swapHeld: true,
  triedProcesses: 24,
  triedMemoryBytes: 64 * 1024 * 1024,
};
const seen = { datagramArrived: false, oomKilled: true };
const groups = { placed: true, processes: 7, heldMib: 28, shareOfHost: 0.9, killed: true };
const report = (succeeded: Record<string, boolean | null> = {}): AttackReport => ({
  attempts: layerNameSchema.options.flatMap((name): AttackReport['attempts'] => [
    [name, 'do this', succeeded[name] ?? false, ''],
    [name, 'do that', false, ''],
    [name, 'do more', false, ''],
  ]),
  groups,
});
const states = (layers: ReturnType<typeof judge>) =>
  Object.entries(layers).flatMap(([name, layer]) => (layer.state === 'enforced' ? [] : [[name, layer.state]]));

describe('judge', () => {
  it('calls enforced what held against every attempt', () => {
    expect(states(judge(report(), seen, means))).toEqual([]);
  });

  it('calls absent what one attempt came through, and names the attempt', () => {
    const layers = judge(report({ landlock: true }), seen, means);
    expect(layers.landlock).toEqual({ state: 'absent', detail: 'A room could do this.' });
    expect(states(layers)).toEqual([['landlock', 'absent']]);
  });

  it('calls degraded a filter of calls that let few of many through', () => {
    expect(judge(report({ seccomp: true }), seen, means).seccomp.state).toBe('degraded');
  });

  it('believes a datagram that arrived more than the room that said nothing', () => {
    expect(states(judge(report(), { ...seen, datagramArrived: true }, means))).toEqual([
      ['network-namespace', 'absent'],
    ]);
  });

  it('believes no wall that was not tried', () => {
    const layers = judge({ attempts: [['landlock', 'do this', null, '']], groups: null }, seen, means);
    expect(new Set(Object.values(layers).map((layer) => layer.state))).toEqual(new Set(['absent']));
  });

  it.each([
    [{ ...groups, processes: 24 }, seen, ['cgroup-pids', 'absent']],
    [{ ...groups, heldMib: 64, killed: false }, seen, ['cgroup-memory', 'absent']],
    [groups, { ...seen, oomKilled: false }, ['cgroup-memory', 'absent']],
    [{ ...groups, shareOfHost: 0.33 }, seen, ['cgroup-cpu', 'absent']],
  ] as const)('judges groups by what a run could take: %#', (took, witnessed, expected) => {
    expect(states(judge({ ...report(), groups: took }, witnessed, means))).toEqual([expected]);
  });

  it('calls memory that goes to swap a degraded wall', () => {
    expect(states(judge(report(), seen, { ...means, swapHeld: false }))).toEqual([['cgroup-memory', 'degraded']]);
  });

  it('names all layers, also when there are none', () => {
    expect(Object.keys(noLayers('No.')).toSorted()).toEqual(layerNameSchema.options.toSorted());
    expect(Object.keys(judge(report(), seen, means)).toSorted()).toEqual(layerNameSchema.options.toSorted());
  });
});
