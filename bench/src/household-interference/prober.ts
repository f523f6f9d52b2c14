// Alex in a process of his own: his game runs, and beside it his path is probed over both channels.
import { discover, takeHouseholdTicket } from '../shared/household.ts';
import { HouseholdSession } from '../shared/household-session.ts';
import { dataChannelEcho, websocketEcho } from '../shared/echoes.ts';
import { probe, type ProbeRun } from '../shared/probing.ts';
import { programSettings } from '../shared/programs.ts';
import { quantile } from '../shared/quantiles.ts';

export interface ProberSettings {
  readonly mainPort: number;
  /** Loopback address to come from. */
  readonly from: string;
  readonly seconds: number;
}

export interface ProberResult {
  readonly websocket: ProbeRun;
  /** `undefined` where the process has no data channels. */
  readonly dataChannel: ProbeRun | undefined;
  /** The game itself: share of its states that arrived, and how late, in milliseconds. */
  readonly game: { readonly delivered: number; readonly lateP99Ms: number };
}

/** 1000 samples in 10 s; a server answers at most 120 probes a second and channel. */
const PER_S = 100;
const STEP_MS = 4;

const { mainPort, from, seconds } = programSettings<ProberSettings>();
const { token } = await takeHouseholdTicket(mainPort, from);
const alex = await discover(mainPort, from, 'alex', token);
const game = await HouseholdSession.open(alex.websocket_url, from, { baseOneWayMs: 0 });
const stepping = setInterval(() => game.step(), STEP_MS);
const target = { port: Number(new URL(alex.probe_url).port), token, from };
const websocketTo = await websocketEcho(target);
const dataChannelTo = alex.udp ? await dataChannelEcho(target) : undefined;

const [websocket, dataChannel] = await Promise.all([
  probe(websocketTo, { perS: PER_S, seconds }),
  dataChannelTo && probe(dataChannelTo, { perS: PER_S, seconds }),
]);
if (game.ended !== undefined) throw new Error(`the game ended: ${game.ended}`);
const due = ((performance.now() - game.startedMs) / 1000) * 128;
const result: ProberResult = {
  websocket,
  dataChannel,
  game: { delivered: game.latenessMs.length / due, lateP99Ms: quantile(game.latenessMs, 0.99) },
};
clearInterval(stepping);
process.stdout.write(JSON.stringify(result), () => process.exit());
