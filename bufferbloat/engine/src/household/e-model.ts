/**
 * The E-model of ITU-T G.107 (06/2015) with every parameter at its default but the two that a packet line changes: delay
 * and loss. Symbols are those of the recommendation.
 */

/** Basic signal-to-noise ratio and simultaneous impairments at the defaults (7-2, 7-8). */
const RO = 94.7688;
const IS = 1.4136;
/** Sum of the noise sources at the defaults, in dBm0p (7-3), and the receive loudness rating, in dB. */
const NO = -61.1792;
const RLR = 2;
/** Talker echo loudness rating and weighted echo path loss, in dB. */
const TELR = 65;
const WEPL = 110;
/** Longest delay that nobody notices, in milliseconds, and sensitivity to what is beyond (7-27). */
const MT = 100;
const ST = 1;
/**
 * The codec: G.711 with the packet-loss concealment of its Appendix I, 20 ms packets (G.113 Appendix I): no
 * impairment of its own, and how robust it is against loss.
 */
const IE = 0;
const BPL = 25.1;

/** R of a call in which nothing is lost and nothing delayed. */
export const BEST_R = ratingFactor(0, 0);

/**
 * Rating factor R, 0 to 93.2.
 *
 * @param oneWayMs mouth to ear, in milliseconds
 * @param lostShare of the packets, at play-out, 0 to 1, taken to be random (burst ratio 1)
 */
export function ratingFactor(oneWayMs: number, lostShare: number): number {
  const lostPercent = 100 * lostShare;
  const ieEff = IE + ((95 - IE) * lostPercent) / (lostPercent + BPL);
  return Math.max(0, RO - IS - delayImpairment(oneWayMs) - ieEff);
}

/** Mean opinion score of a rating factor, 1 to 4.5 (G.107 Annex B). */
export function mosOf(r: number): number {
  if (r <= 0) return 1;
  if (r >= 100) return 4.5;
  // The polynomial dips a little below 1 for r under 6.5.
  return Math.max(1, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6);
}

/** Id: talker echo, listener echo and delay itself, where the echo comes back by the same way (T = Ta, Tr = 2 Ta). */
function delayImpairment(ta: number): number {
  return talkerEcho(ta) + listenerEcho(2 * ta) + pureDelay(ta);
}

/** Idte (7-19 to 7-22). */
function talkerEcho(t: number): number {
  if (t < 1) return 0;
  const terv = TELR - 40 * Math.log10((1 + t / 10) / (1 + t / 150)) + 6 * Math.exp(-0.3 * t ** 2);
  const re = 80 + 2.5 * (terv - 14);
  const roe = -1.5 * (NO - RLR);
  return ((roe - re) / 2 + Math.sqrt((roe - re) ** 2 / 4 + 100) - 1) * (1 - Math.exp(-t));
}

/** Idle (7-25, 7-26). */
function listenerEcho(tr: number): number {
  const rle = 10.5 * (WEPL + 7) * (tr + 1) ** -0.25;
  return (RO - rle) / 2 + Math.sqrt((RO - rle) ** 2 / 4 + 169);
}

/** Idd (7-27, 7-28). */
function pureDelay(ta: number): number {
  if (ta <= MT) return 0;
  const x = Math.log2(ta / MT);
  const power = 6 * ST;
  return 25 * ((1 + x ** power) ** (1 / power) - 3 * (1 + (x / 3) ** power) ** (1 / power) + 2);
}
