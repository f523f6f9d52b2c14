import { type ProbeRate, probeRateFor, withoutUdp } from '@rowhouse/bufferbloat-engine';

/** The quiet line, of which nothing is known yet. */
const QUIET: ProbeRate = { udpPerS: 20, websocketPerS: 5 };
/** A line under load of which nothing is known yet. */
const UNKNOWN: ProbeRate = { udpPerS: 10, websocketPerS: 2 };

/** Most probes a second of one user. */
const MOST: ProbeRate = { udpPerS: 20, websocketPerS: 5 };

export interface ProbeSituation {
  readonly underLoad: boolean;
  /** The slower direction's rate as far as is known, in Mbit/s. */
  readonly lineMbps: number | undefined;
  /** Users that share the line, and the 1 % of it that all probes together may take. */
  readonly users: number;
  readonly udp: boolean;
}

/** How fast each user's path is probed: 10 to 25 times a second on lines that carry it, else what 1 % of the line allows. */
export function householdProbeRate({ underLoad, lineMbps, users, udp }: ProbeSituation): ProbeRate {
  const rate = !underLoad ? QUIET : lineMbps === undefined ? UNKNOWN : bounded(probeRateFor(lineMbps / users));
  return udp ? rate : withoutUdp(rate);
}

function bounded({ udpPerS, websocketPerS }: ProbeRate): ProbeRate {
  return {
    udpPerS: Math.min(udpPerS, MOST.udpPerS),
    websocketPerS: Math.min(websocketPerS, MOST.websocketPerS),
  };
}
