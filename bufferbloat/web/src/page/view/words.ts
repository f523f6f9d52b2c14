import type { ConfidenceReason, Direction, Grade, PhaseId, Signal } from '@rowhouse/bufferbloat-protocol';

/** A phase in plain words: `name` for the stepper, `doing` for the headline while it runs. */
export interface PhaseWords {
  readonly name: string;
  readonly doing: string;
}

export const PHASE_ORDER: readonly PhaseId[] = [
  'baseline',
  'download-warmup',
  'download',
  'upload-warmup',
  'upload',
  'bidirectional',
];

export const PHASE_WORDS: Readonly<Record<PhaseId, PhaseWords>> = {
  baseline: { name: 'Line at rest', doing: 'Listening to the line at rest' },
  'download-warmup': { name: 'Download starts', doing: 'Building up the download' },
  download: { name: 'Download', doing: 'Downloading at full speed' },
  'upload-warmup': { name: 'Upload starts', doing: 'Building up the upload' },
  upload: { name: 'Upload', doing: 'Uploading at full speed' },
  bidirectional: { name: 'Both at once', doing: 'Downloading and uploading at once' },
};

export const DIRECTIONS: readonly Direction[] = ['download', 'upload', 'bidirectional'];

export const DIRECTION_NAMES: Readonly<Record<Direction, string>> = {
  download: 'Download',
  upload: 'Upload',
  bidirectional: 'Both at once',
};

/** For the middle of a sentence: "… during the upload". */
export const DIRECTION_DURING: Readonly<Record<Direction, string>> = {
  download: 'during the download',
  upload: 'during the upload',
  bidirectional: 'with both at once',
};

export const GRADE_WORDS: Readonly<Record<Grade, string>> = {
  'A+': 'Excellent',
  A: 'Very good',
  B: 'Good',
  C: 'Fair',
  D: 'Poor',
  F: 'Very poor',
};

/** What a grade means for the whole household, in one sentence. */
export const GRADE_MEANING: Readonly<Record<Grade, string>> = {
  'A+': 'A busy line is as quick as a quiet one. Nobody notices what the others do.',
  A: 'A busy line is almost as quick as a quiet one. Few will ever notice.',
  B: 'A busy line is a little slower to answer. Fast games feel it first.',
  C: 'A busy line is clearly slower to answer. Calls and games suffer while someone downloads.',
  D: 'A busy line answers late. Calls break up and games stutter while someone downloads.',
  F: 'A busy line all but stops answering. Calls drop and pages hang while someone downloads.',
};

/** Part of a class name: `A+` cannot be one. */
export function gradeToken(grade: Grade): string {
  return grade === 'A+' ? 'aplus' : grade.toLowerCase();
}

/** A grade as it is spoken: screen readers tend to swallow the plus. */
export function gradeSpoken(grade: Grade): string {
  return grade === 'A+' ? 'A plus' : grade;
}

export const SIGNAL_NAMES: Readonly<Record<Signal, string>> = {
  udp: 'UDP probes',
  websocket: 'WebSocket probes',
  'tcp-info': 'In-flow (TCP)',
};

/** What each signal is, in a line. */
export const SIGNAL_ABOUT: Readonly<Record<Signal, string>> = {
  udp: 'Small packets of their own, as a call or a game sends them',
  websocket: 'Small messages over TCP, as a chat or a web app sends them',
  'tcp-info': 'What the server’s kernel saw inside the download itself',
};

/** Short headings of the confidence reasons; the message beside them carries the figure. */
export const REASON_NAMES: Readonly<Record<ConfidenceReason['code'], string>> = {
  'tab-hidden': 'Tab in the background',
  'browser-busy': 'Busy browser',
  'server-busy': 'Busy server',
  'congestion-control': 'Gentle sender',
  'few-samples': 'Few samples',
  'line-not-filled': 'Line not filled',
  'tcp-probes-on-lossy-line': 'TCP probes on a lossy line',
  gap: 'Gap in the measurement',
  'queue-not-drained': 'Queue did not empty',
  'near-boundary': 'Near a boundary',
};
