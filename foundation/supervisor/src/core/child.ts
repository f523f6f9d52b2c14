import type { StopCause } from '../events.ts';
import type { JsonValue } from '../json.ts';
import { answerProbe, checkProbe, firstProbe } from './health.ts';
import type { Child, CoreOptions, Effect } from './types.ts';

/** A child after a change, and what has to be done about it. */
export type Move = readonly [Child, readonly Effect[]];

export function launch(child: Child, run: number, nowMs: number): Move {
  const deadlineMs = nowMs + child.policy.readyTimeoutMs;
  return [
    { ...child, run, startedMs: nowMs, phase: { name: 'starting', deadlineMs } },
    [{ type: 'spawn', id: child.policy.id, run }],
  ];
}

export function becomeReady(child: Child, details: JsonValue | undefined, nowMs: number): Move {
  if (child.phase.name !== 'starting') return [child, []];
  const { id, health } = child.policy;
  const probe = health === undefined ? {} : { probe: firstProbe(health, nowMs) };
  const event = { type: 'child-ready', id, startupMs: nowMs - child.startedMs } as const;
  return [
    {
      ...child,
      everReady: true,
      phase: { name: 'ready', sinceMs: nowMs, ...probe },
      waiters: child.waiters.filter((waiter) => waiter.awaits !== 'ready'),
    },
    [
      { type: 'emit', event: details === undefined ? event : { ...event, details } },
      ...child.waiters
        .filter((waiter) => waiter.awaits === 'ready')
        .map(({ request }) => ({ type: 'reply', request }) as const),
    ],
  ];
}

export function takePong(child: Child, ping: number): Move {
  const { phase } = child;
  if (phase.name !== 'ready' || phase.probe === undefined) return [child, []];
  return [{ ...child, phase: { ...phase, probe: answerProbe(phase.probe, ping) } }, []];
}

/** Ends the child, whatever it is doing: the supervisor's wish always wins over a wish to see it again. */
export function end(child: Child, cause: StopCause, nowMs: number): Move {
  const { phase } = child;
  switch (phase.name) {
    case 'waiting':
    case 'backoff':
      return [{ ...child, phase: { name: 'stopped', lost: false } }, []];
    case 'starting':
    case 'ready':
      return askToEnd(child, cause, nowMs);
    case 'stopping':
      return phase.cause === 'requested' ? [child, []] : [{ ...child, phase: { ...phase, cause } }, []];
    case 'draining':
      return [{ ...child, phase: { name: 'draining', untilMs: phase.untilMs } }, []];
    case 'stopped':
      return [child, []];
  }
}

/** Ends the child if it runs, and starts it again without counting that as a failure. */
export function cycle(child: Child, nowMs: number): Move {
  const { phase } = child;
  switch (phase.name) {
    case 'waiting':
      return [child, []];
    case 'backoff':
    case 'stopped':
      return [{ ...child, phase: { name: 'backoff', untilMs: nowMs } }, []];
    case 'draining':
      return [{ ...child, phase: { ...phase, restartAtMs: nowMs } }, []];
    case 'starting':
    case 'ready':
    case 'stopping':
      return end(child, 'restart', nowMs);
  }
}

/** Does what time demands: deadlines and pings. */
export function tick(child: Child, nowMs: number, options: CoreOptions): Move {
  const { phase } = child;
  switch (phase.name) {
    case 'starting':
      return nowMs < phase.deadlineMs ? [child, []] : askToEnd(child, 'ready-timeout', nowMs);
    case 'ready':
      return checkHealth(child, nowMs, options);
    case 'stopping':
      if (nowMs < phase.deadlineMs) return [child, []];
      return phase.killed ? declareLost(child) : kill(child, phase.cause, phase.readyMs, nowMs, options);
    case 'draining':
      return nowMs < phase.untilMs ? [child, []] : finishDraining(child);
    case 'waiting':
    case 'backoff':
    case 'stopped':
      return [child, []];
  }
}

/** The leader is gone for good and so is, as far as can be known, all that it started. */
export function finishDraining(child: Child): Move {
  if (child.phase.name !== 'draining') return [child, []];
  const { restartAtMs } = child.phase;
  const phase =
    restartAtMs === undefined
      ? ({ name: 'stopped', lost: false } as const)
      : ({ name: 'backoff', untilMs: restartAtMs } as const);
  return [{ ...child, phase }, [{ type: 'release', id: child.policy.id, run: child.run }]];
}

/** A child that answers no longer, or breaks the rules, is not asked: it is killed. */
export function killFaulty(child: Child, cause: StopCause, nowMs: number, options: CoreOptions): Move {
  const { name } = child.phase;
  return name === 'starting' || name === 'ready'
    ? kill(child, cause, readyForMs(child, nowMs), nowMs, options)
    : [child, []];
}

/** How long the current run has been ready. */
export function readyForMs(child: Child, nowMs: number): number {
  if (child.phase.name === 'ready') return nowMs - child.phase.sinceMs;
  return child.phase.name === 'stopping' ? child.phase.readyMs : 0;
}

function askToEnd(child: Child, cause: StopCause, nowMs: number): Move {
  const { run } = child;
  const { id, stopTimeoutMs } = child.policy;
  const deadlineMs = nowMs + stopTimeoutMs;
  return [
    { ...child, phase: { name: 'stopping', cause, readyMs: readyForMs(child, nowMs), deadlineMs, killed: false } },
    [
      { type: 'emit', event: { type: 'child-stopping', id, cause } },
      { type: 'send', id, run, message: { type: 'stop', deadlineMs: stopTimeoutMs } },
      { type: 'signal', id, run, signal: 'SIGTERM' },
    ],
  ];
}

function kill(child: Child, cause: StopCause, readyMs: number, nowMs: number, options: CoreOptions): Move {
  const { run } = child;
  const { id } = child.policy;
  const deadlineMs = nowMs + options.lostAfterMs;
  return [
    { ...child, phase: { name: 'stopping', cause, readyMs, deadlineMs, killed: true } },
    [
      { type: 'emit', event: { type: 'child-killed', id, cause } },
      { type: 'signal', id, run, signal: 'SIGKILL' },
    ],
  ];
}

function declareLost(child: Child): Move {
  return [
    { ...child, phase: { name: 'stopped', lost: true } },
    [{ type: 'emit', event: { type: 'child-lost', id: child.policy.id } }],
  ];
}

function checkHealth(child: Child, nowMs: number, options: CoreOptions): Move {
  const { phase, run } = child;
  const { id, health } = child.policy;
  if (phase.name !== 'ready' || phase.probe === undefined || health === undefined) return [child, []];
  const { probe, ping } = checkProbe(health, phase.probe, nowMs);
  const checked = { ...child, phase: { ...phase, probe } };
  if (probe.missed >= health.failures) {
    const [killed, effects] = killFaulty(checked, 'unhealthy', nowMs, options);
    return [killed, [{ type: 'emit', event: { type: 'child-unhealthy', id, missedPings: probe.missed } }, ...effects]];
  }
  return [checked, ping ? [{ type: 'send', id, run, message: { type: 'ping', id: probe.lastPingId } }] : []];
}
