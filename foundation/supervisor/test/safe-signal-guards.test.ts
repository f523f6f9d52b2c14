import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ProcessStat, ProcessTable } from '../src/process-table.ts';
import type { ProcessRecord, ProcessRegistry } from '../src/registry.ts';
import { createSafeSignal, type SafeSignalName, type SignalRefusal, type SignalScope } from '../src/safe-signal.ts';

const own = { pid: 500, parentPid: 400, groupId: 300 };
const exitedTicks = 1_000;

/** What must never be signalled, as a pid or, where kill(2) takes it for that, as a group. */
const forbidden = [0, 1, -1, 500, -500, 400, -400, 300, -300];
/** No process numbers at all, but TypeScript cannot keep them out at run time. */
const oddities = [Number.NaN, Infinity, 600.5, '600', 600n] as readonly number[];
/** The only two processes that are ours and alive. */
const ours = [600, 601];

/** Which lie the registry tells about the forbidden: none, or that they are ours, lead groups of ours, or left such groups. */
type Lie = 'none' | 'process' | 'leader' | 'remains';

/**
 * The worst world: whatever /proc is asked about the forbidden fits what the registry says, so that nothing but the
 * guards themselves stands between them and the signal.
 */
function createWorld(lie: Lie): { readonly table: ProcessTable; readonly registry: Pick<ProcessRegistry, 'find'> } {
  const processes = new Map<number, ProcessStat>();
  const records = new Map<number, ProcessRecord>();
  const run = (pid: number, startTicks: number, groupId = pid): void =>
    void processes.set(pid, { pid, state: 'S', groupId, sessionId: groupId, startTicks });
  const record = (pid: number, startTicks: number, more: Partial<ProcessRecord> = {}): void =>
    void records.set(pid, { ...template, pid, startTicks, ...more });

  for (const pid of ours) run(pid, pid);
  for (const pid of [...ours, 602, 603]) record(pid, pid);
  run(602, 9_999); // recycled; 603 ended unnoticed
  record(604, 604, { exited: true, exitedTicks });
  run(607, 5_000, 604); // a stranger's group, with the number of one of ours
  run(605, 605); // alive, never registered
  run(606, 606, 77);
  record(606, 606, { leadsGroup: false }); // ours, in a group that is not
  for (const pid of [...forbidden, ...oddities]) {
    if (lie === 'remains') run(9_000 + records.size, 1, pid);
    else run(pid, 1);
    if (lie === 'process') record(pid, 1, { leadsGroup: false });
    if (lie === 'leader') record(pid, 1);
    if (lie === 'remains') record(pid, 1, { exited: true, exitedTicks });
  }
  const table: ProcessTable = {
    bootId: 'this-boot',
    own: () => own,
    stat: (pid) => processes.get(pid),
    groupMembers: (id) => [...processes.values()].filter((found) => found.groupId === id),
    uptimeTicks: () => exitedTicks,
    usage: async () => undefined,
  };
  return { table, registry: { find: (pid) => records.get(pid) } };
}

const template: ProcessRecord = {
  pid: 0,
  owner: 'o',
  kind: 'k',
  command: 'c',
  leadsGroup: true,
  startTicks: 0,
  bootId: 'this-boot',
  registeredAtMs: 0,
  lastActivityMs: 0,
  exited: false,
};

/** Whatever can be passed at run time: real numbers of that world, their likes, and any other value. */
const pids = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<unknown>(...forbidden) },
  { weight: 4, arbitrary: fc.constantFrom<unknown>(...ours, 602, 603, 604, 605, 606, 607) },
  { weight: 2, arbitrary: fc.constantFrom<unknown>(...ours.map((pid) => -pid), -604, -0, 600.5, 2 ** 31, -(2 ** 31)) },
  { weight: 2, arbitrary: fc.constantFrom<unknown>(...oddities) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>('-1', '0', '', -Infinity, true, null, undefined) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>([600], { valueOf: () => 500 }) },
  { weight: 1, arbitrary: fc.double() },
  { weight: 1, arbitrary: fc.integer() },
  { weight: 1, arbitrary: fc.anything() },
);
const signals = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<unknown>('SIGTERM', 'SIGKILL', 'SIGINT') },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(0, 9, '9', 'SIGSTOP', 'sigkill', undefined) },
  { weight: 1, arbitrary: fc.anything() },
);
const scopes = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<unknown>('process', 'group') },
  { weight: 1, arbitrary: fc.constantFrom<unknown>('', 'Group', undefined, 0) },
  { weight: 1, arbitrary: fc.anything() },
);

test('no input signals ourselves, our parent, our group, 0, 1, -1, or anything not registered and verified', () => {
  const lies: readonly Lie[] = ['none', 'process', 'leader', 'remains'];
  const worlds = new Map(lies.map((lie) => [lie, createWorld(lie)]));
  const outcomes = new Set<SignalRefusal | 'sent'>();
  fc.assert(
    fc.property(pids, signals, scopes, fc.constantFrom(...lies), (pid, signal, scope, lie) => {
      const delivered: number[] = [];
      const { table, registry } = worlds.get(lie) ?? createWorld(lie);
      const safeSignal = createSafeSignal({
        table,
        registry: registry as ProcessRegistry,
        kill: (target, what) => void (what === 0 || delivered.push(target)),
      });
      const outcome = safeSignal(pid as number, signal as SafeSignalName, scope as SignalScope);
      outcomes.add(outcome.sent ? 'sent' : outcome.reason);
      const target = Number(ours.includes(pid as number) || pid === 606 ? pid : Number.NaN);
      const allowed = scope === 'process' ? [target] : scope === 'group' && target !== 606 ? [-target] : [];
      expect(delivered.length).toBe(outcome.sent ? 1 : 0);
      if (delivered[0] !== undefined) expect(allowed).toContain(delivered[0]);
    }),
    { numRuns: 20_000 },
  );
  // The test is worth something only if every guard had its say.
  expect([...outcomes].toSorted()).toEqual(
    [
      'gone',
      'not-a-group-leader',
      'not-a-pid',
      'not-a-scope',
      'not-a-signal',
      'not-registered',
      'own-group',
      'parent',
      'recycled',
      'self',
      'sent',
    ].toSorted(),
  );
}, 60_000);
