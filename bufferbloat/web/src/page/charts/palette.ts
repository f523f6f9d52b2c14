import { USER_COLOURS } from './marks.ts';

/** Colours of the charts as the style sheet has them at this moment; a canvas cannot read custom properties itself. */
export interface Palette {
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
  readonly surface: string;
  readonly udp: string;
  readonly websocket: string;
  readonly inFlow: string;
  readonly download: string;
  readonly upload: string;
  readonly both: string;
  readonly lost: string;
  readonly downloadBand: string;
  readonly uploadBand: string;
  readonly bothBand: string;
  readonly downloadFill: string;
  readonly uploadFill: string;
  /** Of the users, in the order of the cards. */
  readonly users: readonly string[];
  readonly householdBand: string;
  readonly font: string;
}

/** Reads the palette from the custom properties of the document's root. */
export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: token('ink'),
    muted: token('ink-soft'),
    line: token('rule'),
    surface: token('surface'),
    udp: token('signal-udp'),
    websocket: token('signal-websocket'),
    inFlow: token('signal-in-flow'),
    download: token('download'),
    upload: token('upload'),
    both: token('both'),
    lost: token('lost'),
    downloadBand: token('download-band'),
    uploadBand: token('upload-band'),
    bothBand: token('both-band'),
    downloadFill: token('download-fill'),
    uploadFill: token('upload-fill'),
    users: Array.from({ length: USER_COLOURS }, (_, index) => token(`user-${index + 1}`)),
    householdBand: token('household-band'),
    font: `12px ${token('font')}`,
  };
}
