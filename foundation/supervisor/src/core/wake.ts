import { probeWakeMs } from './health.ts';
import type { Child, CoreState } from './types.ts';

/** When the core wants its next tick; `undefined` when only an event can change anything. */
export function nextWakeMs(state: CoreState): number | undefined {
  const times = state.children.flatMap((child) => childWakeMs(child) ?? []);
  return times.length === 0 ? undefined : Math.min(...times);
}

function childWakeMs({ phase, policy }: Child): number | undefined {
  switch (phase.name) {
    case 'backoff':
    case 'draining':
      return phase.untilMs;
    case 'starting':
    case 'stopping':
      return phase.deadlineMs;
    case 'ready':
      return phase.probe && policy.health && probeWakeMs(policy.health, phase.probe);
    case 'waiting':
    case 'stopped':
      return undefined;
  }
}
