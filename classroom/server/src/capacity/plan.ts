import type { Figures } from './figures.ts';
import type { PriceList } from './prices.ts';
import type { MachineSize } from './tiers.ts';

/** What a class does at once. The shares are assumptions about lessons, not measurements; everything else is measured. */
export interface Scenario {
  readonly name: string;
  readonly users: number;
  /** Of the students: have a program running. */
  readonly runningShare: number;
  /** Of the students: that program works with numpy or the like. */
  readonly numpyShare: number;
  /** Of the students: their program computes without a pause. */
  readonly computingShare: number;
  readonly runsPerMinute: number;
  readonly linesPerMinute: number;
}

/** Light, normal and peak of the documents: 10, 25 and 38 of 38 (requirement C9), in proportion for other classes. */
export function scenariosFor(users: number): readonly Scenario[] {
  const of = (share: number) => Math.max(1, Math.round((users * share) / 38));
  return [
    {
      name: 'light',
      users: of(10),
      runningShare: 0.3,
      numpyShare: 0.05,
      computingShare: 0.02,
      runsPerMinute: 0.5,
      linesPerMinute: 2,
    },
    {
      name: 'normal',
      users: of(25),
      runningShare: 0.5,
      numpyShare: 0.1,
      computingShare: 0.05,
      runsPerMinute: 1,
      linesPerMinute: 4,
    },
    {
      name: 'peak',
      users,
      runningShare: 1,
      numpyShare: 0.2,
      computingShare: 0.13,
      runsPerMinute: 3,
      linesPerMinute: 10,
    },
  ];
}

export interface Need {
  readonly cores: number;
  readonly memoryBytes: number;
}

/** A computing program is content with this share of a core: fair sharing slows it and nobody else. */
const LEAST_CORE_SHARE = 0.25;
/** Above these a machine has no room for the unforeseen (requirement C13). */
const MOST_CPU = 0.8;
const MOST_MEMORY = 0.85;
const SYSTEM_BYTES = 300 * 1024 ** 2;
/** Serving pages, saving files, keeping books: per student. */
const BACKGROUND_CORES = 0.004;

/** Cores and memory with which the scenario stays below 80 % of the processors and 85 % of the memory. */
export function needOf(scenario: Scenario, figures: Figures): Need {
  const { users, runningShare, numpyShare, computingShare, runsPerMinute, linesPerMinute } = scenario;
  const cpuPerUser =
    BACKGROUND_CORES +
    (runsPerMinute * figures.runCpuMs + linesPerMinute * figures.lineCpuMs) / 60_000 +
    computingShare * LEAST_CORE_SHARE;
  const memoryPerUser = figures.roomBytes + runningShare * figures.runBytes + numpyShare * figures.numpyRunBytes;
  return {
    cores: (users * cpuPerUser) / MOST_CPU,
    memoryBytes: (SYSTEM_BYTES + figures.serverBytes + figures.databaseBytes + users * memoryPerUser) / MOST_MEMORY,
  };
}

export interface PlanRow {
  readonly scenario: Scenario;
  readonly need: Need;
  /** What this machine lacks, each 0 when it has enough. */
  readonly missing: Need;
  readonly size: CloudSize;
}

/** A size of AWS Fargate, and what the whole deployment costs with it. */
export interface CloudSize {
  readonly vcpus: number;
  readonly memoryGib: number;
  readonly usdPerMonth: number;
}

/** @param users students of the class @throws RangeError when even the largest size is too small */
export function plan(users: number, machine: MachineSize, figures: Figures, prices: PriceList): readonly PlanRow[] {
  return scenariosFor(users).map((scenario) => {
    const need = needOf(scenario, figures);
    const missing = {
      cores: Math.max(0, need.cores - machine.cores),
      memoryBytes: Math.max(0, need.memoryBytes - machine.memoryBytes),
    };
    return { scenario, need, missing, size: sizeFor(need, prices) };
  });
}

const GIB = 1024 ** 3;
const HOURS_PER_MONTH = 730;

function sizeFor(need: Need, prices: PriceList): CloudSize {
  const fitting = prices.sizes.flatMap(({ vcpus, memoryGib }) => {
    const memory = memoryGib.find((gib) => gib * GIB >= need.memoryBytes);
    return vcpus >= need.cores && memory !== undefined ? [{ vcpus, memoryGib: memory }] : [];
  });
  const priced = fitting.map((size) => ({ ...size, usdPerMonth: monthlyUsd(size, prices) }));
  const [cheapest] = priced.toSorted((a, b) => a.usdPerMonth - b.usdPerMonth);
  if (cheapest === undefined)
    throw new RangeError(
      `no single machine of the price list has ${need.cores.toFixed(1)} cores and ${Math.ceil(need.memoryBytes / GIB)} GB; divide the class`,
    );
  return cheapest;
}

function monthlyUsd({ vcpus, memoryGib }: { vcpus: number; memoryGib: number }, prices: PriceList): number {
  const { vcpuHour, gibHour, databaseHour, loadBalancerHour, fileSystemMonth } = prices.usd;
  return HOURS_PER_MONTH * (vcpus * vcpuHour + memoryGib * gibHour + databaseHour + loadBalancerHour) + fileSystemMonth;
}
