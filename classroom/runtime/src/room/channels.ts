import type { HostMessageOf } from './wire.ts';
import { WireError } from './wire-error.ts';

/** What the host says about one process or one file operation. All methods throw WireError when it makes no sense. */
export interface Channel {
  content(kind: number, bytes: Buffer): void;
  told(message: ChannelMessage): void;
  /** The room is gone. */
  lost(): void;
}

export type ChannelMessage = HostMessageOf<'started' | 'state' | 'input-taken' | 'notice' | 'exit' | 'file-done'>;

/** The processes and file operations of a room, by their numbers on the wire. */
export interface Channels {
  /** @returns its number, which is never used again */
  open(channel: Channel): number;
  close(number: number): void;
  /** @throws WireError when there is none */
  get(number: number): Channel;
  /** Every channel is lost; from now on so is each that is opened. */
  loseAll(): void;
}

export function createChannels(): Channels {
  const channels = new Map<number, Channel>();
  let last = 0;
  let isLost = false;
  return {
    open(channel) {
      last += 1;
      if (isLost) queueMicrotask(() => channel.lost());
      else channels.set(last, channel);
      return last;
    },
    close: (number) => void channels.delete(number),
    get(number) {
      const channel = channels.get(number);
      if (channel === undefined) throw new WireError(`something about ${number}, which does not exist`);
      return channel;
    },
    loseAll() {
      isLost = true;
      const all = [...channels.values()];
      channels.clear();
      for (const channel of all) channel.lost();
    },
  };
}
