export { analyseHousehold } from './analyse.ts';
export { householdToCsv } from './csv.ts';
export { mosOf, ratingFactor } from './e-model.ts';
export { explainHousehold, type HouseholdExplanation } from './explain.ts';
export { freezes } from './freezes.ts';
export { lagSpikes, type Stretch } from './lag.ts';
export { Player, type PlayerChunk, type PlayerSummary } from './player.ts';
export { type PlayoutWindow, playoutWindows } from './playout.ts';
export type {
  ChunkRecord,
  HouseholdRecording,
  Leg,
  ReceivedCount,
  UnitRecord,
  UserRecording,
} from './recording.ts';
export { type DueUnit, type SeenLeg, seenStreams, type SeenStream } from './seen.ts';
