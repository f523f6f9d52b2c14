import { eventMs, nowMs } from './clock.ts';
import type { ProbeEvent } from './messages.ts';
import type { ProbeSender } from './probe-sender.ts';
import type { StreamRegistry } from './registry.ts';

/** Sends probes over a data channel from when it opens until it closes; on whichever thread holds the channel. */
export function carryByChannel(
  channel: RTCDataChannel,
  sender: ProbeSender,
  registry: StreamRegistry,
  report: (message: ProbeEvent) => void,
): void {
  channel.binaryType = 'arraybuffer';
  let closed = false;
  const stream = registry.open({
    kind: 'channel',
    label: 'UDP probes',
    cancel: () => {
      closed = true;
      channel.close();
    },
  });
  const up = (): void => {
    sender.carry(channel);
    report({ type: 'up', atMs: nowMs() });
  };
  channel.addEventListener('open', up);
  channel.addEventListener('message', (event) => {
    sender.received(event.data, eventMs(event));
    stream.touch();
  });
  channel.addEventListener('close', () => {
    stream.release();
    if (sender.drop(channel) && !closed) report({ type: 'down', atMs: nowMs(), reason: 'the data channel was closed' });
  });
  if (channel.readyState === 'open') up();
}
