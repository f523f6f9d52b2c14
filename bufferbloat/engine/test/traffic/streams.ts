import { HOUSEHOLD_PROFILES, type TrafficStream, type UnitStream } from '@rowhouse/bufferbloat-protocol';
import { isUnitStream, type NumberedStream, type OutgoingMessage, type TrafficSender } from '../../src/index.ts';

/** Unix milliseconds at which the tests' traffic begins. */
export const START_MS = 1_790_000_000_000.25;

export const streamsOfUser = (id: string): readonly TrafficStream[] =>
  HOUSEHOLD_PROFILES.find((profile) => profile.id === id)?.streams ?? [];

export const unitStreams: readonly UnitStream[] = HOUSEHOLD_PROFILES.flatMap(({ streams }) =>
  streams.filter(isUnitStream),
);

export const only = (stream: TrafficStream): NumberedStream<TrafficStream>[] => [{ index: 0, stream }];

/** Steps a sender at the given moments, in milliseconds after the start. @returns what it sent */
export function run(
  sender: TrafficSender,
  atMs: readonly number[],
  takes: (message: OutgoingMessage, nowMs: number) => boolean = () => true,
): (OutgoingMessage & { readonly atMs: number })[] {
  const sent: (OutgoingMessage & { readonly atMs: number })[] = [];
  for (const ms of atMs) {
    sender.step(START_MS + ms, (message) => {
      const taken = takes(message, ms);
      if (taken) sent.push({ ...message, atMs: ms });
      return taken;
    });
  }
  return sent;
}

export const everyMs = (fromMs: number, toMs: number, stepMs = 1): number[] =>
  Array.from({ length: Math.round((toMs - fromMs) / stepMs) }, (_, at) => fromMs + at * stepMs);

export const bytesOf = (messages: readonly { readonly bytes: number }[]): number =>
  messages.reduce((sum, { bytes }) => sum + bytes, 0);
