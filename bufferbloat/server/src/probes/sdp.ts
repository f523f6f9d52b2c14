import { isIPv4 } from 'node:net';

/** What an offer of one data channel comes down to. */
export interface Offer {
  readonly iceUfrag: string;
  readonly icePwd: string;
  /** SHA-256 of the client's certificate, as `AB:CD:…`. */
  readonly fingerprint: string;
  readonly setup: 'actpass' | 'active' | 'passive';
  readonly mid: string;
}

/**
 * Reads an SDP offer of exactly one data channel section; `undefined` for everything else.
 *
 * Only these five values are kept and a new offer is written from them (`writeOffer`): the native parser never sees
 * text that a client wrote, and the client's candidates are gone, so that nobody can point this server at a third
 * party. Where to send is learned from the first packet that carries the ICE password.
 */
export function readOffer(sdp: string): Offer | undefined {
  const lines = sdp.split(/\r?\n/);
  const media = lines.filter((line) => line.startsWith('m='));
  if (media.length !== 1 || !/^m=application \d{1,5} UDP\/DTLS\/SCTP webrtc-datachannel$/.test(media[0] ?? ''))
    return undefined;
  const value = (attribute: string, pattern: RegExp) => {
    const prefix = `a=${attribute}:`;
    const found = lines.find((line) => line.startsWith(prefix))?.slice(prefix.length);
    return found !== undefined && pattern.test(found) ? found : undefined;
  };
  const iceUfrag = value('ice-ufrag', /^[A-Za-z0-9+/]{4,256}$/);
  const icePwd = value('ice-pwd', /^[A-Za-z0-9+/]{22,256}$/);
  const fingerprint = value('fingerprint', /^sha-256 (?:[0-9A-Fa-f]{2}:){31}[0-9A-Fa-f]{2}$/i);
  const setup = value('setup', /^(?:actpass|active|passive)$/) as Offer['setup'] | undefined;
  const mid = value('mid', /^[A-Za-z0-9_-]{1,32}$/);
  if (!iceUfrag || !icePwd || !fingerprint || !setup || !mid) return undefined;
  return { iceUfrag, icePwd, fingerprint: fingerprint.slice('sha-256 '.length).toUpperCase(), setup, mid };
}

/** The offer in canonical form, without candidates. */
export function writeOffer({ iceUfrag, icePwd, fingerprint, setup, mid }: Offer): string {
  return lines([
    'v=0',
    'o=- 1 1 IN IP4 0.0.0.0',
    's=-',
    't=0 0',
    `a=group:BUNDLE ${mid}`,
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 0.0.0.0',
    `a=mid:${mid}`,
    'a=sendrecv',
    `a=ice-ufrag:${iceUfrag}`,
    `a=ice-pwd:${icePwd}`,
    'a=ice-options:trickle',
    `a=fingerprint:sha-256 ${fingerprint}`,
    `a=setup:${setup}`,
    'a=sctp-port:5000',
    'a=max-message-size:16384',
  ]);
}

/**
 * The answer with candidates for exactly these addresses, best first; with none given, the candidates that the
 * library found stay.
 */
export function withCandidates(answer: string, addresses: readonly string[], port: number): string {
  if (addresses.length === 0) return answer;
  const kept = answer
    .split(/\r?\n/)
    .filter((line) => line !== '' && !line.startsWith('a=candidate:') && line !== 'a=end-of-candidates');
  const candidates = addresses.map((address, index) => candidate(address, port, index));
  return lines([...kept, ...candidates, 'a=end-of-candidates']);
}

/** A host candidate (RFC 8839, priority by RFC 8445 section 5.1.2). */
function candidate(address: string, port: number, index: number): string {
  const localPreference = 65_535 - index - (isIPv4(address) ? 0 : 1);
  const priority = 126 * 2 ** 24 + localPreference * 2 ** 8 + 255;
  return `a=candidate:${index + 1} 1 UDP ${priority} ${address} ${port} typ host`;
}

const lines = (all: readonly string[]): string => `${all.join('\r\n')}\r\n`;
