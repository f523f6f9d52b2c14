import type { Figures } from './figures.ts';
import { needOf, scenariosFor } from './plan.ts';
import type { MachineSize } from './tiers.ts';

/** More than one machine is ever asked to carry. */
const MOST_USERS = 2000;

/** The most students whose peak this machine carries, by what was measured; at least 1. */
export function usersOn(machine: MachineSize, figures: Figures): number {
  const fits = (users: number) => {
    const peak = scenariosFor(users).at(-1);
    if (!peak) return false;
    const need = needOf(peak, figures);
    return need.cores <= machine.cores && need.memoryBytes <= machine.memoryBytes;
  };
  let users = 1;
  while (users < MOST_USERS && fits(users + 1)) users += 1;
  return users;
}
