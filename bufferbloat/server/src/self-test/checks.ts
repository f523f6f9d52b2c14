import {
  decodeProbe,
  discoverySchema,
  encodeProbe,
  HOUSEHOLD_PATHS,
  MAIN_PATHS,
  PING_PATHS,
  profilesSchema,
  telemetryTickSchema,
  ticketSchema,
  USER_PATHS,
  type Discovery,
  type UserProfile,
} from '@rowhouse/bufferbloat-protocol';
import type { ResolvedSettings } from '../resolve.ts';
import { ask } from './http.ts';
import { runSession } from './session.ts';
import { openSocket } from './web-socket.ts';

/** One thing that must work. */
export interface Check {
  readonly what: string;
  /** @returns what was found, for people. @throws Error that says what is wrong */
  run(): Promise<string>;
}

const LOAD_BYTES = 1_000_000;

/** Everything that the running system offers: endpoints first, then every user type with traffic. */
export function checksOf({ main, ping, users }: ResolvedSettings): readonly Check[] {
  const secure = main.tls ? 's' : '';
  const hostname = main.host === '::' || main.host === '0.0.0.0' ? '127.0.0.1' : main.host;
  const host = hostname.includes(':') ? `[${hostname}]` : hostname;
  const http = (port: number, path: string) => `http${secure}://${host}:${port}${path}`;
  const ws = (port: number, path: string) => `ws${secure}://${host}:${port}${path}`;
  const page = (path: string) => http(main.port, path);
  const token = async () => (await ticket(page)).token;
  /** Two tests' worth, so that the limit of tests per minute is not what is tested. */
  const direct = once(token);
  const passedOn = once(token);

  const answers = (name: string, url: string): Check => ({
    what: `GET ${name}`,
    async run() {
      const { status, body } = await ask(url);
      if (status !== 200) throw new Error(`status ${status}`);
      return `200, ${body.byteLength} bytes`;
    },
  });
  const probe = (name: string, port: number): Check => ({
    what: `${name} WebSocket probe`,
    run: async () => echo(ws(port, `${PING_PATHS.probe}?token=${await direct()}`)),
  });
  const reading = (paths: readonly string[], name: string, port: number) =>
    paths.map((path) => answers(`${name} ${path}`, http(port, path)));
  const { health, stats, metrics } = MAIN_PATHS;

  return [
    ...reading(['/', MAIN_PATHS.warmup, MAIN_PATHS.ping, health, stats, metrics], 'main', main.port),
    { what: 'POST /tests', run: async () => `test ${(await ticket(page)).id}` },
    {
      what: 'GET /download',
      run: async () => download(page(`${MAIN_PATHS.download}?bytes=${LOAD_BYTES}`), await token()),
    },
    { what: 'POST /upload', run: async () => upload(page(`${MAIN_PATHS.upload}?token=${await token()}`)) },
    {
      what: 'WebSocket /ws/bulk-download',
      run: async () => bulk(ws(main.port, `${MAIN_PATHS.bulkDownload}?bytes=${LOAD_BYTES}&token=${await token()}`)),
    },
    {
      what: 'WebSocket /ws/telemetry',
      run: async () => telemetry(ws(main.port, `${MAIN_PATHS.telemetry}?token=${await token()}`)),
    },
    ...reading([PING_PATHS.ping, health, stats, metrics], 'ping', ping.port),
    probe('ping', ping.port),
    ...reading(Object.values(HOUSEHOLD_PATHS), 'main', main.port),
    {
      what: 'GET /virtual-household/profiles names every user',
      run: async () => profiles(page(HOUSEHOLD_PATHS.profiles), main.household.profiles),
    },
    { what: 'an unknown user is refused', run: () => unknownUser(page(`${USER_PATHS.session}/nobody`)) },
    ...users.flatMap(({ id, settings: { port } }) => [
      ...reading([USER_PATHS.ping, health, stats, metrics], id, port),
      probe(id, port),
    ]),
    ...main.household.profiles.flatMap((profile) => {
      const path = `${USER_PATHS.session}/${profile.id}`;
      return userChecks(profile, users.length > 0, {
        discovery: async () => page(`${path}?token=${await direct()}`),
        main: async () => ws(main.port, `${path}?token=${await passedOn()}`),
      });
    }),
  ];
}

const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
};

/** One user type: found by discovery, and by the path on the main server. */
function userChecks(
  profile: UserProfile,
  isolated: boolean,
  urls: { readonly discovery: () => Promise<string>; readonly main: () => Promise<string> },
): Check[] {
  const architecture = isolated ? 'simple_multiprocess' : 'single_process';
  const discover = async (): Promise<Discovery> => {
    const found = discoverySchema.parse((await ask(await urls.discovery())).json());
    if (found.architecture !== architecture) throw new Error(`served by ${found.architecture}: ${found.reason ?? ''}`);
    return found;
  };
  return [
    {
      what: `${profile.id}: discovery, session with traffic`,
      run: async () => {
        const { websocket_url: url } = await discover();
        return runSession(url, profile, (hello) => {
          if (hello.forwarded || hello.architecture !== architecture) throw new Error('not served by its own process');
        });
      },
    },
    { what: `${profile.id}: latency probe`, run: async () => echo((await discover()).probe_url) },
    {
      what: `${profile.id}: session through the main server`,
      run: async () =>
        runSession(await urls.main(), profile, (hello) => {
          if (hello.forwarded !== isolated) throw new Error('not passed on to its process');
        }),
    },
  ];
}

const ticket = async (page: (path: string) => string) =>
  ticketSchema.parse((await ask(page(`${MAIN_PATHS.tests}?mode=household`), 'POST')).json());

async function download(url: string, token: string): Promise<string> {
  const { body } = await ask(`${url}&token=${token}`);
  if (body.byteLength !== LOAD_BYTES) throw new Error(`${body.byteLength} bytes instead of ${LOAD_BYTES}`);
  return `${body.byteLength} bytes`;
}

async function upload(url: string): Promise<string> {
  const answer = (await ask(url, 'POST', Buffer.alloc(LOAD_BYTES))).json() as { readonly bytes?: unknown };
  if (answer.bytes !== LOAD_BYTES) throw new Error(`counted ${String(answer.bytes)} bytes instead of ${LOAD_BYTES}`);
  return `${LOAD_BYTES} bytes`;
}

async function bulk(url: string): Promise<string> {
  let bytes = 0;
  await openSocket(url, (data, _isBinary, socket) => {
    bytes += data.byteLength;
    if (bytes >= LOAD_BYTES) socket.done();
  }).over;
  return `${bytes} bytes`;
}

async function telemetry(url: string): Promise<string> {
  await openSocket(url, (data, _isBinary, socket) => {
    telemetryTickSchema.parse(JSON.parse(data.toString('utf8')));
    socket.done();
  }).over;
  return 'a tick';
}

async function echo(url: string): Promise<string> {
  let sentMs = 0;
  let rttMs = 0;
  await openSocket(
    url,
    (data, _isBinary, socket) => {
      if (decodeProbe(data)?.sequence !== 7) throw new Error('an answer to something else');
      rttMs = performance.now() - sentMs;
      socket.done();
    },
    (socket) => {
      sentMs = performance.now();
      socket.send(encodeProbe({ sequence: 7, timeMs: sentMs }));
    },
  ).over;
  return `${rttMs.toFixed(1)} ms`;
}

async function profiles(url: string, wanted: readonly UserProfile[]): Promise<string> {
  const found = profilesSchema.parse((await ask(url)).json()).profiles.map(({ id }) => id);
  const missing = wanted.filter(({ id }) => !found.includes(id));
  if (missing.length > 0) throw new Error(`${missing.map(({ id }) => id).join(', ')} missing`);
  return found.join(', ');
}

async function unknownUser(url: string): Promise<string> {
  const { status } = await ask(url);
  if (status !== 404) throw new Error(`status ${status}`);
  return '404';
}
