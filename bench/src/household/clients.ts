// All clients of one run, in one process of their own.
import { setTimeout as sleep } from 'node:timers/promises';
import { HOUSEHOLD_PROFILES, TOKEN_PARAMETER, USER_PATHS } from '@rowhouse/bufferbloat-protocol';
import { takeHouseholdTicket } from '../shared/household.ts';
import { programSettings } from '../shared/programs.ts';
import { loopback } from '../shared/tickets.ts';
import { CapacitySession, type SessionFigures } from './capacity-session.ts';

export interface ClientsSettings {
  readonly mainPort: number;
  readonly userPort: number;
  readonly userId: string;
  readonly variant?: string;
  readonly sessions: number;
  /** Number of the first loopback address. */
  readonly firstAddress: number;
  readonly settleMs: number;
  readonly measureMs: number;
}

/** What the clients print. */
export interface ClientsResult {
  readonly figures: readonly SessionFigures[];
  readonly ended: readonly string[];
  /** CPU seconds per second of this process while it measured. */
  readonly cpu: number;
}

/** A server lets a test have four sessions of a user at once. */
const PER_TICKET = 4;
/** They begin evenly over the longest period of any traffic, as visitors do who know nothing of each other. */
const OPEN_WITHIN_MS = 5000;
/** Every session is looked after once in so many turns of a millisecond, in each turn a share of them. */
const TURNS = 4;

/** Reports come every second. */
const LAST_REPORT_MS = 1500;

const settings = programSettings<ClientsSettings>();
const { mainPort, userPort, userId, variant, sessions, firstAddress, settleMs, measureMs } = settings;
const profile = HOUSEHOLD_PROFILES.find(({ id }) => id === userId);
if (!profile) throw new Error(`no user ${userId}`);
const wanted = {
  download: (variant === undefined ? undefined : profile.variants?.[variant]) ?? profile.downloadMbps,
  upload: profile.uploadMbps,
};

const open: CapacitySession[] = [];
let turn = 0;
const stepping = setInterval(() => {
  for (let number = turn++ % TURNS; number < open.length; number += TURNS) open[number]?.step();
}, 1);

const beganMs = performance.now();
for (let number = 0; number < sessions; number += PER_TICKET) {
  const from = loopback(firstAddress + number / PER_TICKET);
  const { token } = await takeHouseholdTicket(mainPort, from);
  const address = `ws://127.0.0.1:${userPort}${USER_PATHS.session}/${userId}?${TOKEN_PARAMETER}=${token}`;
  for (let each = 0; each < Math.min(PER_TICKET, sessions - number); each += 1) {
    await sleep(beganMs + ((number + each) * OPEN_WITHIN_MS) / sessions - performance.now());
    open.push(await CapacitySession.open(address, from, profile.streams, variant));
  }
}
await sleep(settleMs);
const before = process.cpuUsage();
const fromMs = performance.now();
for (const session of open) session.measure();
await sleep(measureMs);
for (const session of open) session.endMeasure();
const { user, system } = process.cpuUsage(before);
const cpu = (user + system) / 1000 / (performance.now() - fromMs);
await sleep(LAST_REPORT_MS);
const figures = open.map((session) => session.figures(wanted));
const ended = open.flatMap((session) => session.ended ?? []);
clearInterval(stepping);
for (const session of open) session.close();
process.stdout.write(JSON.stringify({ figures, ended, cpu } satisfies ClientsResult), () => process.exit());
