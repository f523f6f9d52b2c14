// Probes three echoes at once from a process of its own: the ping process twice, the main process once.
import { MAIN_PATHS } from '@rowhouse/bufferbloat-protocol';
import { dataChannelEcho, type Echo, httpEcho, websocketEcho } from '../shared/echoes.ts';
import { probe, type ProbeRun } from '../shared/probing.ts';
import { programSettings } from '../shared/programs.ts';

export interface ProberSettings {
  readonly mainPort: number;
  readonly pingPort: number;
  readonly token: string;
  readonly from: string;
  readonly seconds: number;
}

export type Path = 'websocket' | 'dataChannel' | 'main';
export type ProberResult = Readonly<Record<Path, ProbeRun>>;

/** 1000 samples in 10 s; the servers answer at most 120 probes a second and channel, and 50 requests a second and address. */
const PER_S = { websocket: 100, dataChannel: 100, main: 40 } as const;

const { mainPort, pingPort, token, from, seconds } = programSettings<ProberSettings>();
const ping = { port: pingPort, token, from };
const echoes: Readonly<Record<Path, Echo>> = {
  websocket: await websocketEcho(ping),
  dataChannel: await dataChannelEcho(ping),
  main: httpEcho({ port: mainPort, token, from }, MAIN_PATHS.ping),
};
const measure = (path: Path) => probe(echoes[path], { perS: PER_S[path], seconds });
const [websocket, dataChannel, main] = await Promise.all([
  measure('websocket'),
  measure('dataChannel'),
  measure('main'),
]);
for (const echo of Object.values(echoes)) echo.close();
process.stdout.write(JSON.stringify({ websocket, dataChannel, main }), () => process.exit());
