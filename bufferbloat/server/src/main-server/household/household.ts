import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import {
  LIMITS,
  TOKEN_PARAMETER,
  type Discovery,
  type Profiles,
  type UserProfile,
} from '@rowhouse/bufferbloat-protocol';
import type { Logger } from '@rowhouse/service';
import { Refusal, type Guard, type TokenClaims, type Visitor } from '../../guard/index.ts';
import type { SessionHost } from '../../household/index.ts';
import type { ProbeSockets } from '../../probes/index.ts';
import type { HouseholdSettings, ProcessReport, ProcessState } from '../../settings.ts';
import type { Tcp } from '../../tcp/index.ts';
import { isGone, type OwnProcesses } from '../own-process.ts';
import type { Upgrade } from '../web-sockets.ts';
import { addressedAs } from './addressed.ts';
import { discoveryOf, sessionPath, userOfPath, type Place } from './discovery.ts';
import { watchInstances, type Instances } from './instances.ts';
import { passOn, webSocketKey } from './pass-on.ts';
import { createReports, type Reports } from './reports.ts';

export interface HouseholdOptions {
  readonly settings: HouseholdSettings;
  readonly guard: Guard;
  readonly own: OwnProcesses;
  readonly tcp: Tcp;
  readonly log: Logger;
  /** Serves sessions in this process when those of the household cannot. */
  readonly host: SessionHost;
  /** Answers the probes of such sessions. */
  readonly probes: ProbeSockets;
  readonly upgrade: Upgrade;
  readonly stopping: () => boolean;
}

/** The household on the main server: who serves whom, and what there is to say about it. */
export interface Household {
  readonly reports: Reports;
  readonly profiles: Profiles;
  /** Sessions that are passed on now. */
  readonly passedOn: () => number;
  /** The user that a session's path names. @throws Refusal `unknown-user` */
  userOf(pathname: string): UserProfile | undefined;
  /** Where to find a user. @throws Refusal `too-many-tests`, `household-full`, `stopping`, `bad-token`, … */
  discover(profile: UserProfile, request: IncomingMessage, url: URL, visitor: Visitor): Promise<Discovery>;
  /** Opens a session: passes it on or serves it here. @throws Refusal likewise */
  open(profile: UserProfile, upgrade: UpgradeRequest): Promise<void>;
  /** Opens a probe socket here. @throws Refusal */
  openProbe(upgrade: UpgradeRequest): void;
  /** Takes what the launcher says. */
  tell(report: ProcessReport): void;
  /** Lets running sessions finish up to the deadline, then ends them. */
  stop(deadlineMs: number): Promise<void>;
}

/** A WebSocket handshake that was let in. */
export interface UpgradeRequest {
  readonly request: IncomingMessage;
  readonly socket: Socket;
  readonly head: Buffer;
  readonly url: URL;
  readonly visitor: Visitor;
}

/** A token and what it says. */
interface Permit {
  readonly token: string;
  readonly claims: TokenClaims;
}

/** About the time after which a session of a test is over and its place free. */
const RETRY_AFTER_S = 30;

export function createHousehold(options: HouseholdOptions): Household {
  const { settings, guard, own, tcp, log, host, probes, upgrade, stopping } = options;
  const { profiles } = settings;
  const instances: Instances = watchInstances(settings, own);
  const passed = new Set<Socket>();
  let programs: readonly ProcessState[] = [];

  const refuseWhenStopping = () => {
    if (stopping()) throw new Refusal('stopping', { retryAfterS: 10 });
  };
  /** The test's permission: the one that it shows, else a new one. */
  const permit = (url: URL, visitor: Visitor): Permit => {
    const claims = guard.claims(url);
    const token = url.searchParams.get(TOKEN_PARAMETER);
    if (claims && token !== null) return { token, claims };
    const { id: testId, expiresAtMs, token: issued } = guard.issue(visitor, LIMITS.householdTokenMs);
    return { token: issued, claims: { testId, expiresAtMs } };
  };
  const place = async (userId: string, testId: string): Promise<Place> => {
    for (const instance of instances.candidates(userId)) {
      if (!instance.stats) await instances.ask(instance); // it has just said that it is ready
      if (!instance.stats) continue;
      instance.promise(testId, performance.now());
      return { instance, udp: instance.stats.udp };
    }
    const all = instances.of(userId);
    if (all.length === 0) return { instance: undefined, reason: 'The main server serves all users of this household.' };
    const full = all.some((instance) => instance.status(performance.now()) === 'full');
    const { active, max } = host.stats();
    if (active >= max) throw new Refusal('household-full', { retryAfterS: RETRY_AFTER_S });
    const state = full ? 'has as many sessions as it may' : 'does not answer';
    return { instance: undefined, reason: `This user's own process ${state}; the main server stands in.` };
  };
  /** Tries every process that has a place. @returns whether one of them took the connection */
  const offer = async (
    profile: UserProfile,
    { token, claims }: Permit,
    key: string,
    from: UpgradeRequest,
  ): Promise<boolean> => {
    const { socket, head, request, visitor } = from;
    for (const instance of instances.candidates(profile.id)) {
      instance.promise(claims.testId, performance.now());
      const { port } = instance.process;
      const target = `${sessionPath(profile.id)}?${TOKEN_PARAMETER}=${encodeURIComponent(token)}`;
      const { host: client } = visitor;
      const authority = client.hostname.includes(':') ? `[${client.hostname}]` : client.hostname;
      const passedOn = { port, target, host: authority, forwarding: guard.vouch(visitor), key };
      const failure = await passOn(own, passedOn, socket, head, tcp);
      if (!failure) {
        passed.add(socket);
        socket.once('close', () => passed.delete(socket));
        return true;
      }
      if (request.socket.destroyed) return true; // there is nobody left to serve
      if ('error' in failure) {
        instance.missed(isGone(failure.error));
        log.warn(
          { user: profile.id, userPort: port, reason: failure.error.message },
          'a session could not be passed on',
        );
      } else if (failure.status === 429) {
        throw new Refusal(
          'too-many-sessions',
          failure.retryAfterS === undefined ? {} : { retryAfterS: failure.retryAfterS },
        );
      }
      void instances.ask(instance);
    }
    return false;
  };

  return {
    reports: createReports({
      profiles,
      instances,
      own: host.stats,
      programs: () => programs,
      stopping,
      nowMs: () => performance.now(),
    }),
    profiles: { profiles: [...profiles] },
    passedOn: () => passed.size,
    userOf(pathname) {
      const userId = userOfPath(pathname);
      if (userId === undefined) return undefined;
      const profile = profiles.find(({ id }) => id === userId);
      if (profile) return profile;
      const known = profiles.map(({ id }) => id).join(', ');
      throw new Refusal('unknown-user', { detail: `There is no such user; this household has ${known}.` });
    },
    async discover(profile, request, url, visitor) {
      refuseWhenStopping();
      const addressed = addressedAs(request.headers, visitor, own.encrypted);
      const { token, claims } = permit(url, visitor);
      return discoveryOf(profile.id, await place(profile.id, claims.testId), addressed, token);
    },
    async open(profile, from) {
      refuseWhenStopping();
      const { request, socket, head, url, visitor } = from;
      guard.origin(request, visitor);
      const key = webSocketKey(request);
      if (key === undefined) throw new Refusal('malformed-request');
      const test = permit(url, visitor);
      if (await offer(profile, test, key, from)) return;
      const { claims } = test;
      const release = host.reserve(visitor, claims, profile.id);
      if (socket.destroyed) return release();
      socket.once('close', release);
      const session = { profile, claims, visitor, forwarded: false };
      upgrade(request, socket, head, (webSocket) => host.serve(webSocket, socket, session));
    },
    openProbe({ request, socket, head, url, visitor }) {
      refuseWhenStopping();
      guard.origin(request, visitor);
      const claims = guard.claims(url);
      if (!claims) throw new Refusal('token-needed');
      if (socket.destroyed) return;
      const release = probes.reserve(visitor, claims);
      socket.once('close', release);
      upgrade(request, socket, head, (webSocket) => probes.serve(webSocket, [], claims));
    },
    tell(report) {
      programs = report.processes;
      instances.tell(report);
    },
    async stop(deadlineMs) {
      host.drain();
      await drained(() => host.stats().active + passed.size, deadlineMs);
      instances.stop();
      host.end();
      probes.closeAll();
      for (const socket of passed) socket.destroy();
    },
  };
}

/** Resolves when nothing is left, at the latest after `deadlineMs`. */
async function drained(left: () => number, deadlineMs: number): Promise<void> {
  const untilMs = performance.now() + deadlineMs;
  while (left() > 0 && performance.now() < untilMs) await new Promise((resolve) => setTimeout(resolve, 100));
}
