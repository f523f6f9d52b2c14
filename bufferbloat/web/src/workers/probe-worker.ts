import { eventMs, nowMs } from '../shared/clock.ts';
import type { ProbeCommand, ProbeEvent } from '../shared/messages.ts';
import { ProbeSender } from '../shared/probe-sender.ts';
import { carryByChannel } from '../shared/probe-channel.ts';
import { keepProbeSocket } from './probe-socket.ts';
import { after, registry, report, serveCommon } from './scope.ts';

/** Probes of one signal, on a thread that does nothing else. */
let sender: ProbeSender | undefined;
let perS = 0;

function senderAt(offset: number): ProbeSender {
  if (sender) return sender;
  const made = new ProbeSender({
    nowMs,
    after,
    offset,
    report: (probes) => report<ProbeEvent>({ type: 'probes', report: probes }),
  });
  const end = (): void => {
    made.setRate(0);
    schedule.release();
  };
  const schedule = registry.open({ kind: 'timer', label: 'probe schedule', cancel: end });
  made.setRate(perS);
  sender = made;
  return made;
}

function openSocket(url: string, offset: number): void {
  const probes = senderAt(offset);
  keepProbeSocket({
    url,
    registry,
    after,
    onUp: (socket) => {
      probes.carry(socket);
      report<ProbeEvent>({ type: 'up', atMs: nowMs() });
    },
    onDown: (socket, reason) => {
      probes.drop(socket);
      report<ProbeEvent>({ type: 'down', atMs: nowMs(), reason });
    },
    onMessage: (event) => probes.received(event.data, eventMs(event)),
  });
}

addEventListener('message', (event: MessageEvent<ProbeCommand>) => {
  const command = serveCommon<ProbeCommand>(event.data);
  switch (command?.type) {
    case 'open':
      return openSocket(command.url, command.offset);
    case 'channel':
      return carryByChannel(command.channel, senderAt(command.offset), registry, report<ProbeEvent>);
    case 'rate':
      perS = command.perS;
      return sender?.setRate(perS);
    case undefined:
      return undefined;
  }
});
