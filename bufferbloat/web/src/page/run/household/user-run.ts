import {
  type Discovery,
  discoverySchema,
  type ServerTcp,
  USER_PATHS,
  type UserProfile,
} from '@rowhouse/bufferbloat-protocol';
import { endpoint, socketEndpoint } from '../../../shared/addresses.ts';
import { nowMs } from '../../../shared/clock.ts';
import type { Hello, TrafficCommand, TrafficEvent, TrafficWorkerReport } from '../../../shared/household-messages.ts';
import type { ProbeEvent } from '../../../shared/messages.ts';
import type { StreamRegistry } from '../../../shared/registry.ts';
import { RunFailure } from '../failures.ts';
import type { ProbeSignal, QuietLine } from '../probe-recorder.ts';
import type { ProbeThread } from '../probe-thread.ts';
import { Readiness } from '../readiness.ts';
import { requestJson } from '../request.ts';
import { WorkerHandle } from '../worker-handle.ts';
import { type Connection, type ConnectionEvent, stepConnection, type Through } from './connection.ts';
import { householdProbeRate, type ProbeSituation } from './probe-rates.ts';
import { UserFeed } from './user-feed.ts';
import { UserProbes } from './user-probes.ts';

/** Without a word of the server on any connection for so long it is taken to be gone, in milliseconds. */
const ALL_SILENT_MS = 3000;
/** Without a word on the session alone for so long; a queue of seconds must not look like that. In milliseconds. */
const SESSION_SILENT_MS = 10_000;
/** How often the worker is told of the clocks, in milliseconds. */
const CLOCK_MS = 1000;

export interface UserRunOptions {
  readonly base: URL;
  readonly token: string;
  readonly profile: UserProfile;
  readonly variant: string | undefined;
  readonly adaptive: boolean;
  /** Place of this user among all, 0 to 1. */
  readonly place: number;
  readonly probes: ProbeThread;
  readonly registry: StreamRegistry;
  readonly feed: UserFeed;
  readonly onTrouble: (trouble: 'crashed' | 'over-limit') => void;
  /** What comes from outside goes through here, so that what goes wrong with it ends the run. */
  readonly guarded: (handle: () => void) => void;
  /** Whether it is ready may have changed. */
  readonly onChange: () => void;
  /** The server refused before the traffic began. */
  readonly onRefused: (failure: RunFailure) => void;
}

/** One user of the household through a test: finds its process, keeps the connection, hands on what comes of it. */
export class UserRun {
  readonly #options: UserRunOptions;
  readonly #worker: WorkerHandle<TrafficCommand, TrafficWorkerReport>;
  readonly #probes: UserProbes;
  #connection: Connection = { at: 'idle' };
  /** Number of the present session; what is said of earlier ones is not heard. */
  #session = 0;
  #discovery: Discovery | undefined;
  #readiness: Readiness | undefined;
  #traffic: 'before' | 'wanted' | 'stopping' | 'stopped' = 'before';
  #udp = true;
  #server: ServerTcp | undefined;
  #startedMs = 0;
  #clockMs = 0;

  constructor(options: UserRunOptions) {
    const { profile, place, probes, registry, onTrouble, guarded } = options;
    this.#options = options;
    this.#worker = new WorkerHandle<TrafficCommand, TrafficWorkerReport>(
      new Worker(new URL('../../../workers/traffic-worker.ts', import.meta.url), { type: 'module', name: profile.id }),
      {
        label: `traffic of ${profile.id}`,
        registry,
        onTrouble,
        onReport: ({ connection, event }) => guarded(() => connection === this.#session && this.#heard(event)),
      },
    );
    this.#probes = new UserProbes({
      userId: profile.id,
      place,
      thread: probes,
      registry,
      onEvent: (signal, event) => guarded(() => this.#probed(signal, event)),
      onUdpUnavailable: () =>
        guarded(() => {
          this.#udp = false;
          this.#readiness?.udpUnavailable();
          options.onChange();
        }),
    });
    this.#step({ type: 'begin' });
  }

  /** How its server's TCP behaves, once it has said. */
  get server(): ServerTcp | undefined {
    return this.#server;
  }

  /** Whether its part of the baseline can begin. */
  get isReady(): boolean {
    return this.#readiness?.complete ?? false;
  }

  /** What to say when that has taken too long. */
  get missing(): 'no-session' | 'no-user-probes' {
    return this.#readiness?.missing === 'no-probes' ? 'no-user-probes' : 'no-session';
  }

  /** Whether nothing of the traffic is to come any more. */
  get isStopped(): boolean {
    return this.#traffic === 'stopped' || this.#connection.at !== 'open';
  }

  startTraffic(quiet: QuietLine): void {
    this.#traffic = 'wanted';
    this.#startedMs = nowMs();
    this.#options.feed.settle(quiet);
    if (this.#connection.at === 'open') this.#start();
    else this.#options.feed.lost('not connected', this.#startedMs, true);
  }

  /** Asks for the end of the traffic; `isStopped` tells when that has come. */
  stopTraffic(): void {
    this.#traffic = 'stopping';
    if (this.#connection.at === 'open') this.#worker.post({ type: 'stop' });
  }

  /** Called on every beat of the test's metronome. */
  beat(atMs: number, situation: Omit<ProbeSituation, 'udp'>): void {
    this.#probes.setRate(householdProbeRate({ ...situation, udp: this.#udp }));
    this.#step({ type: 'tick' });
    if (this.#traffic !== 'wanted' || this.#connection.at !== 'open') return;
    this.#checkSilence(atMs);
    if (atMs - this.#clockMs < CLOCK_MS) return;
    this.#clockMs = atMs;
    this.#worker.post({ type: 'clock', offsetMs: this.#options.feed.offsetMs });
  }

  /** Ends the probes: only what is on its way is still awaited. */
  endProbes(): void {
    this.#probes.setRate({ udpPerS: 0, websocketPerS: 0 });
  }

  census(): void {
    this.#worker.census();
  }

  close(): Promise<readonly string[]> {
    this.#step({ type: 'end' });
    return this.#worker.close();
  }

  #step(event: ConnectionEvent): void {
    const [connection, effect] = stepConnection(this.#connection, event, nowMs(), Math.random());
    this.#connection = connection;
    if (effect === 'discover') void this.#discover();
    else if (effect) this.#connect(effect.connect);
  }

  async #discover(): Promise<void> {
    const { base, token, profile, registry, guarded } = this.#options;
    const url = endpoint(base.href, `${USER_PATHS.session}/${profile.id}`, token);
    const label = `discovery of ${profile.id}`;
    try {
      const discovery = await requestJson({ url, method: 'GET', schema: discoverySchema, registry, label });
      guarded(() => {
        this.#discovery = discovery;
        this.#step({ type: 'discovered' });
      });
    } catch (thrown) {
      guarded(() => this.#undiscovered(thrown));
    }
  }

  #undiscovered(thrown: unknown): void {
    const failure = thrown instanceof RunFailure ? thrown : new RunFailure('internal');
    if (this.#traffic === 'before' && failure.code !== 'unreachable') return this.#options.onRefused(failure);
    return this.#step({ type: 'undiscovered', retryAfterS: failure.retryAfterS });
  }

  #connect(through: Through): void {
    const { base, token, profile, feed } = this.#options;
    const discovery = this.#discovery;
    if (!discovery) return;
    const main = (path: string): string => socketEndpoint(base.href, path, token);
    const target =
      through === 'own'
        ? { url: discovery.probe_url, udp: discovery.udp }
        : { url: main(USER_PATHS.probe), udp: false };
    const url = through === 'own' ? discovery.websocket_url : main(`${USER_PATHS.session}/${profile.id}`);
    this.#readiness ??= new Readiness(target.udp && typeof RTCPeerConnection !== 'undefined');
    this.#probes.aim(target);
    this.#session += 1;
    feed.connecting();
    this.#worker.post({ type: 'connect', connection: this.#session, url });
  }

  #start(): void {
    const { variant, adaptive, feed } = this.#options;
    const { offsetMs, quiet } = feed;
    this.#worker.post({
      type: 'start',
      start: { variant, adaptive, baseOneWayMs: quiet?.oneWayMs ?? 0, offsetMs },
    });
  }

  #heard(event: TrafficEvent): void {
    const { feed } = this.#options;
    switch (event.type) {
      case 'hello':
        return this.#open(event.hello);
      case 'started':
        return feed.started(event);
      case 'tick':
        return feed.tick(event.tick);
      case 'report':
        return feed.report(event.report);
      case 'stopped':
        this.#traffic = 'stopped';
        return undefined;
      case 'lost':
        return this.#lost(event.reason, event.atMs);
    }
  }

  #open(hello: Hello): void {
    const { base } = this.#options;
    this.#step({ type: 'hello' });
    this.#readiness?.serverUp();
    this.#startedMs = nowMs();
    this.#server = hello.server;
    this.#options.feed.open(hello, hello.architecture === 'single_process' ? portOf(base) : this.#discovery?.port);
    if (this.#traffic === 'wanted') this.#start();
    this.#options.onChange();
  }

  #lost(reason: string, atMs: number): void {
    // Whatever the worker still says of that session is of no use.
    this.#session += 1;
    this.#worker.post({ type: 'disconnect' });
    if (this.#connection.at === 'open') this.#options.feed.lost(reason, atMs, this.#traffic === 'wanted');
    this.#step({ type: 'lost' });
  }

  #probed(signal: ProbeSignal, event: ProbeEvent): void {
    this.#options.feed.probes(signal, event, nowMs());
    if (event.type !== 'up') return;
    this.#readiness?.signalUp(signal);
    this.#options.onChange();
  }

  #checkSilence(atMs: number): void {
    const { heardMs, answeredMs } = this.#options.feed;
    const silentMs = atMs - Math.max(heardMs ?? 0, this.#startedMs);
    const isGone = silentMs > ALL_SILENT_MS && atMs - (answeredMs ?? 0) > ALL_SILENT_MS;
    if (isGone || silentMs > SESSION_SILENT_MS) this.#lost('its server fell silent', atMs);
  }
}

const portOf = ({ port, protocol }: URL): number => Number(port) || (protocol === 'https:' ? 443 : 80);
