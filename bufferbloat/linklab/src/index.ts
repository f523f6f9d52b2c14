export type { Capture, CaptureOptions } from './capture.ts';
export type { ConnectionRecording } from './connection-recording.ts';
export type { WireConnection } from './conversations.ts';
export { LabError, type LabErrorCode } from './errors.ts';
export { type End, type Lab, type LabOptions, openLab } from './lab.ts';
export {
  type DirectionSpec,
  FULL_PACKET_BYTES,
  fullQueueMs,
  type LinkSpec,
  parseLink,
  queueLimitBytes,
  wireTimeMs,
} from './link.ts';
export type { ProbeTruth } from './probes.ts';
export { whyNoLab } from './requirements.ts';
export type { BacklogSample, Direction, EchoSample } from './samples.ts';
export type { Truth } from './truth.ts';
export type { WireBytes } from './wire-bytes.ts';
export type { Conversation, WireMessage } from './websocket-messages.ts';
