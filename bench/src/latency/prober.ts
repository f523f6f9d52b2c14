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

/** 1000 samples in 8 s; the main process answers by HTTP, for which a server may limit requests to 50 a second. */
const PER_S = { websocket: 125, dataChannel: 125, main: 40 } as const;

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
