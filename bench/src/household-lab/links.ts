import { HOUSEHOLD_PROFILES } from '@rowhouse/bufferbloat-protocol';

/** One line of the bench; queues are tail-drop, in milliseconds at the line's rate. */
export interface HouseholdLink {
  readonly name: string;
  readonly down: string;
  readonly up: string;
  /** Base round trip added by a delaying relay. */
  readonly rtt?: string;
}

/** Ports of the household's users, as the profiles have them: what a router with smart queues would tell apart. */
export const USER_PORTS = HOUSEHOLD_PROFILES.flatMap(({ port }) => port ?? []);

/**
 * Each is tested twice: as it is, and with fair sharing between the users. Uploads are of 8 Mbit/s and more: below 7 the
 * household wants more than there is, and fair sharing cannot give a call what the line has not got.
 */
export const LINKS: readonly HouseholdLink[] = [
  { name: 'slow', down: '10mbit/300ms', up: '8mbit/300ms' },
  { name: 'DSL', down: '20mbit/500ms', up: '8mbit/500ms' },
  { name: 'VDSL', down: '50mbit/150ms', up: '10mbit/200ms' },
  { name: 'cable', down: '100mbit/100ms', up: '20mbit/120ms' },
  { name: 'fibre', down: '300mbit/20ms', up: '50mbit/20ms' },
  { name: 'far away', down: '50mbit/100ms', up: '20mbit/100ms', rtt: '60ms' },
];

/** Where bulk has to grow far; the links of 10 and 100 Mbit/s above are the other two that it is checked on. */
export const FAST_LINK: HouseholdLink = { name: 'fast', down: '800mbit/20ms', up: '200mbit/20ms' };
/** Nothing to find here. */
export const PERFECT_LINK: HouseholdLink = { name: 'perfect', down: '1000mbit/2ms', up: '1000mbit/2ms' };
