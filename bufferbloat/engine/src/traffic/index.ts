export { Acknowledged } from './acknowledged.ts';
export { AdaptiveRounds, nextOffer, type AdaptiveOffer } from './adaptive.ts';
export { messageBytesAt, segmentBytes, segmentDueMs } from './pace.ts';
export type { NumberedStream, OutgoingMessage } from './queue.ts';
export { StreamReceiver, type ChunkArrival } from './receiver.ts';
export { streamsOf, TrafficSender, type SenderOptions } from './sender.ts';
export { isKeyFrame, isUnitStream, unitBytes, unitDueMs } from './unit-schedule.ts';
