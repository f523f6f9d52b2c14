import { randomUUID } from 'node:crypto';
import {
  type EndReason,
  type NoticeReason,
  type ProcessEnd,
  type ProcessInfo,
  sentence,
  stoppedBy,
  STREAM,
} from '@rowhouse/classroom-protocol';
import type { Clock } from '@rowhouse/supervisor';
import { RuntimeError } from '../errors.ts';
import type { RunFacts } from '../launcher/requests.ts';
import type { HostMessageOf } from '../room/wire.ts';
import { WireError } from '../room/wire-error.ts';
import { createActivity } from './activity.ts';
import type { DrivenProcess, ProcessOptions } from './driven.ts';
import { endReason, type HostExit, NO_FACTS } from './ending.ts';
import { createInputs } from './inputs.ts';
import { createOutput } from './output.ts';
import { createStopping } from './stopping.ts';
import { createVigil } from './watch.ts';

/** Ctrl-C explains an end that comes so soon after it. */
const INTERRUPTED_MS = 5_000;
/** An end is not held up for longer by what the kernel counted: it may tell why it ended. */
const FACTS_MS = 5_000;
/** Of one that was ended from here, the reason is known. */
const ASKED_FACTS_MS = 500;

export function createProcess(options: ProcessOptions): DrivenProcess {
  const { kind, channel, limits, clock, classClock, send } = options;
  const id = randomUUID();
  const startedMs = classClock.nowMs();
  const startedAtMs = classClock.epochMs();
  const activity = createActivity(kind, startedMs);
  const inputs = createInputs();
  const noticed = new Set<NoticeReason>();
  let interruptedMs = Number.NEGATIVE_INFINITY;
  let stopper: string | undefined;
  let exited = false;
  let end: ProcessEnd | undefined;
  let facts: Promise<RunFacts> | undefined;
  let resolveEnded: (end: ProcessEnd) => void = () => {};
  const ended = new Promise<ProcessEnd>((resolve) => {
    resolveEnded = resolve;
  });

  const notice = (reason: NoticeReason): void => {
    if (noticed.has(reason)) return;
    noticed.add(reason);
    const message = sentence(reason, limits, kind);
    output.say('notice', message);
    options.onLimit(reason, message);
  };
  const output = createOutput({
    limits,
    clock,
    onWindow: (upTo) => void send({ t: 'window', process: channel, upTo }),
    onTooFast: () => ask('output-limit'),
    onNotice: notice,
  });
  const { viewers } = output;

  /** What the kernel counted; nothing of the run is left then. */
  const endRun = (): Promise<RunFacts> => {
    facts ??= options.endRun().catch(() => NO_FACTS);
    const withinMs = stopping.reason === undefined ? FACTS_MS : ASKED_FACTS_MS;
    return Promise.race([facts, after(clock, withinMs).then(() => NO_FACTS)]);
  };
  const stopping = createStopping({
    clock,
    interrupt: () => void send({ t: 'interrupt', process: channel }),
    endInput: () => void send({ t: 'end-input', process: channel }),
    kill() {
      send({ t: 'end', process: channel });
      void endRun();
    },
    onStuck: options.onStuck,
  });
  const ask = (reason: EndReason): void => {
    if (!exited) stopping.ask(reason, activity.state);
  };
  const vigil = createVigil({
    clock: classClock,
    limits,
    facts: () => activity.facts(viewers.count),
    onEnd: ask,
    onAbandonWarning(inMs) {
      viewers.warn(inMs);
      options.onAbandonWarning(inMs);
    },
  });

  const seen = (): void => {
    activity.seen(classClock.nowMs());
    vigil.changed();
  };
  const acted = (): void => {
    activity.acted(classClock.nowMs());
    options.onActivity();
    vigil.changed();
  };
  const requireLiving = (): void => {
    if (exited) throw new RuntimeError('ERR_PROCESS_ENDED', { process: id });
  };

  const close = (): void => {
    exited = true;
    vigil.stop();
    stopping.done();
    output.finish();
    inputs.fail(new RuntimeError('ERR_PROCESS_ENDED', { process: id }));
  };
  const finish = (reason: EndReason, exit: HostExit, cpuMs: number, peakMemoryBytes: number | null): void => {
    if (end !== undefined) return;
    const message = reason === 'stopped' && stopper !== undefined ? stoppedBy(stopper) : sentence(reason, limits, kind);
    const wallMs = classClock.nowMs() - startedMs;
    end = { reason, message, exitCode: exit.code, signal: exit.signal, cpuMs, wallMs, peakMemoryBytes };
    activity.changeState('ended', classClock.nowMs());
    const told = end;
    resolveEnded(told);
    // Whoever waits for it hears first: with the news that it has ended its place is free for another.
    queueMicrotask(() => viewers.tellEnd(told));
  };
  const exit = async (message: HostMessageOf<'exit'>): Promise<void> => {
    const interrupted = clock.nowMs() - interruptedMs < INTERRUPTED_MS;
    close();
    const counted = await endRun();
    if (end !== undefined) return;
    if (counted.pidsRefused > 0) notice('process-limit');
    const hostExit = { code: message.code, signal: message.signal, uncaught: message.uncaught ?? false };
    const reason = endReason(hostExit, counted, stopping.reason, interrupted);
    finish(reason, hostExit, counted.cpuMs ?? message.cpuMs, counted.peakMemoryBytes ?? message.peakBytes);
  };

  return {
    get info(): ProcessInfo {
      const lastActivityMs = startedAtMs + (activity.lastMs - startedMs);
      const { first: firstOffset, next: nextOffset } = output.ring;
      const { state, isPinned: pinned } = activity;
      const { owner, file } = options;
      return {
        id,
        owner,
        kind,
        file,
        state,
        startedAtMs,
        lastActivityMs,
        pinned,
        firstOffset,
        nextOffset,
        end: end ?? null,
      };
    },
    ended,
    get heldBytes() {
      return output.ring.capacityBytes;
    },
    get cpuMs() {
      return activity.facts(0).cpuMs;
    },
    get ranUntilMs() {
      return activity.ranUntilMs(classClock.nowMs());
    },
    quietMs: () => vigil.quietMs(),
    attach(viewer, from, readOnly) {
      const attachment = viewers.attach(viewer, from, readOnly, activity.state, end);
      // Who only looks on cannot answer: what waits for its student goes on waiting as long as before.
      const came = readOnly ? seen : acted;
      if (!exited) came();
      return {
        acknowledge: (offset) => attachment.acknowledge(offset),
        detach() {
          attachment.detach();
          if (!exited) came();
        },
      };
    },
    async input(inputId, text) {
      requireLiving();
      acted();
      return inputs.offer(inputId, text, () => {
        const value = STREAM.inputBytes;
        const fits = Buffer.byteLength(text) <= value && send({ t: 'input', process: channel, id: inputId, text });
        if (!fits) throw new RuntimeError('ERR_LIMIT', { limit: 'inputBytes', value });
      });
    },
    endInput() {
      requireLiving();
      acted();
      send({ t: 'end-input', process: channel });
    },
    interrupt() {
      requireLiving();
      acted();
      interruptedMs = clock.nowMs();
      send({ t: 'interrupt', process: channel });
    },
    async stop(reason = 'stopped', by) {
      if (stopping.reason === undefined) stopper = by;
      ask(reason);
      await ended;
    },
    async end(reason) {
      ask(reason);
      await ended;
    },
    pin(pinned) {
      requireLiving();
      activity.pin(pinned, classClock.nowMs());
      acted();
    },
    measured(cpuMs) {
      if (exited) return;
      activity.computed(cpuMs, classClock.nowMs());
      vigil.changed();
    },
    content(contentKind, bytes) {
      if (exited) throw new WireError('output of a process that has ended');
      activity.seen(classClock.nowMs());
      output.content(contentKind, bytes);
    },
    told(message) {
      if (exited) throw new WireError(`${message.t} of a process that has ended`);
      if (message.t === 'exit') return void exit(message);
      if (message.t === 'notice') return notice(message.notice);
      if (message.t === 'state') {
        if (!activity.changeState(message.state, classClock.nowMs())) return;
        output.tellState(message.state);
        stopping.stateChanged(message.state);
        return vigil.changed();
      }
      const text = inputs.taken(message.id);
      if (text === undefined) throw new WireError('input-taken of an input that was not sent');
      output.say('input', text);
    },
    roomFailed() {
      if (end !== undefined) return;
      close();
      facts ??= Promise.resolve(NO_FACTS);
      const unknown = { code: null, signal: null, uncaught: false };
      finish(stopping.reason ?? 'room-closed', unknown, activity.facts(0).cpuMs, null);
    },
  };
}

function after(clock: Pick<Clock, 'after'>, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(ms, resolve);
  });
}
