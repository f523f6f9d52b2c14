import { randomBytes } from 'node:crypto';
import type { Clock } from '@rowhouse/supervisor';
import type { RoomOwner } from '../api.ts';
import type { RunFacts } from '../launcher/requests.ts';
import { type Channels, createChannels } from './channels.ts';
import { openEntrance } from './entrance.ts';
import { createHostLink, type HostLink } from './host-link.ts';
import type { LauncherLink } from './launcher-link.ts';
import { createSpares } from './spares.ts';
import type { HostMessage } from './wire.ts';

/** One life of a room: from its sandbox's start until it is closed or fails. A room has one at a time. */
export interface Session {
  readonly link: HostLink;
  readonly channels: Channels;
  readonly isOpen: boolean;
  /** Resolves when nothing of it is left on the machine. */
  readonly gone: Promise<void>;
  /** That spare has become a run. @returns its pid as the machine counts, if known. @throws WireError */
  use(spare: number): number | null;
  endRun(spare: number): Promise<RunFacts>;
  /** There is no sandbox any more; what was said in it before is still heard. */
  ended(reason: Error): void;
  /** The room does not do what it must: it is ended with all that runs in it. */
  fail(error: Error): void;
  close(): Promise<void>;
}

export interface SessionOptions {
  readonly owner: RoomOwner;
  readonly launcher: LauncherLink;
  readonly socketFolder: string;
  readonly clock: Pick<Clock, 'nowMs' | 'after'>;
  /** It ended after it had been opened. @param error `undefined`: it was closed */
  readonly onGone: (error: Error | undefined) => void;
}

/** A sandbox with its interpreter takes some 20 ms on an idle machine. */
const OPENING_MS = 15_000;

/** @throws whatever kept it from being opened; nothing of it is left then */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { owner, launcher, clock } = options;
  const entrance = await openEntrance(options.socketFolder);
  const token = randomBytes(24).toString('base64url');
  const exit = withReject();
  const cancel = clock.after(OPENING_MS, () => exit.reject(new Error('the room did not open in time')));
  let session: Session | undefined;
  try {
    const opening = launcher.open(owner.id, { uid: owner.uid, socket: entrance.name, token }, (reason) => {
      exit.reject(reason);
      session?.ended(reason);
    });
    const [socket] = await Promise.race([Promise.all([entrance.entered, opening]), exit.promise]);
    const ready = createSession(socket, token, options);
    session = ready.session;
    await Promise.race([ready.done, exit.promise]);
    return session;
  } catch (error) {
    await (session ? session.close() : launcher.close(owner.id));
    throw error;
  } finally {
    cancel();
    await entrance.close();
  }
}

function createSession(
  socket: Parameters<typeof createHostLink>[0],
  token: string,
  { owner, launcher, clock, onGone }: SessionOptions,
): { readonly session: Session; readonly done: Promise<void> } {
  const channels = createChannels();
  const ready = withReject();
  let isReady = false;
  let isOpen = true;
  let cause: Error | undefined;
  let resolveGone = () => {};
  const gone = new Promise<void>((resolve) => {
    resolveGone = resolve;
  });

  const take = (message: Exclude<HostMessage, { readonly t: 'ready' }>): void => {
    if (message.t === 'spare') spares.offered(message.spare, message.pid);
    else channels.get(message.t === 'file-done' ? message.id : message.process).told(message);
  };
  const link = createHostLink(socket, token, clock, {
    onReady() {
      isReady = true;
      ready.resolve();
    },
    onMessage: take,
    onContent: (channel, kind, bytes) => channels.get(channel).content(kind, bytes),
    onClosed(error) {
      isOpen = false;
      cause ??= error;
      ready.reject(cause ?? new Error('the room ended before it was ready'));
      spares.close();
      channels.loseAll();
      void launcher.close(owner.id).then(() => {
        resolveGone();
        if (isReady) onGone(cause);
      });
    },
  });
  const spares = createSpares({
    place: (spare, pid) => launcher.place(owner.id, spare, pid),
    onPlaced: (spare) => void link.send({ t: 'placed', spare }),
    discard: (spare) => void launcher.endRun(owner.id, spare).catch(() => {}),
    onFailed: (error) => fail(error),
  });
  const fail = (error: Error): void => {
    cause ??= error;
    link.close();
  };
  const session: Session = {
    link,
    channels,
    get isOpen() {
      return isOpen;
    },
    gone,
    use: (spare) => spares.used(spare),
    endRun: (spare) => launcher.endRun(owner.id, spare),
    ended(reason) {
      isOpen = false;
      cause ??= reason;
      link.ended();
    },
    fail,
    close() {
      link.close();
      return gone;
    },
  };
  return { session, done: ready.promise };
}

function withReject(): { promise: Promise<never>; resolve: () => void; reject: (error: Error) => void } {
  let resolve: () => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<never>((onResolved, onRejected) => {
    resolve = onResolved as () => void;
    reject = onRejected;
  });
  promise.catch(() => {}); // who awaits it hears of it
  return { promise, resolve, reject };
}
