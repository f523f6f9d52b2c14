import type { Figures } from './figures.ts';
import type { PlanRow } from './plan.ts';
import type { PriceList } from './prices.ts';
import type { MachineSize } from './tiers.ts';

const GIB = 1024 ** 3;
const gib = (bytes: number) => `${(bytes / GIB).toFixed(1)} GB`;

/** The plan as lines for a terminal. */
export function planLines(
  rows: readonly PlanRow[],
  machine: MachineSize,
  figures: Figures,
  prices: PriceList,
): readonly string[] {
  const head = ['load', 'students', 'cores', 'memory', 'missing here', 'AWS size', 'USD a month'];
  const table = [head, ...rows.map(cells)];
  const widths = head.map((_title, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return [
    `This machine: ${machine.cores} cores, ${gib(machine.memoryBytes)}. Figures: ${figures.machine}${figures.measuredOn === '' ? '' : `, ${figures.measuredOn}`}.`,
    '',
    ...table.map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    ),
    '',
    `Below 80 % of the processors and 85 % of the memory. Prices of ${prices.date}, ${prices.region}, with database, load balancer and files.`,
  ];
}

function cells({ scenario, need, missing, size }: PlanRow): string[] {
  const lacks = [
    ...(missing.cores > 0 ? [`${missing.cores.toFixed(1)} cores`] : []),
    ...(missing.memoryBytes > 0 ? [gib(missing.memoryBytes)] : []),
  ];
  return [
    scenario.name,
    String(scenario.users),
    need.cores.toFixed(1),
    gib(need.memoryBytes),
    lacks.join(', ') || 'nothing',
    `${size.vcpus} vCPU, ${size.memoryGib} GB`,
    size.usdPerMonth.toFixed(0),
  ];
}
