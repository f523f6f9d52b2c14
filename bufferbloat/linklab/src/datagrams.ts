import type { Crossing } from './crossings.ts';
import type { Message } from './probe-message.ts';

// The content of a DTLS record is not to be seen, but its length is: one SCTP packet and what encryption adds. An SCTP
// packet that carries one probe holds one DATA chunk, alone or behind a SACK.
const SCTP_HEADER_BYTES = 12;
const DATA_CHUNK_BYTES = 16;
const SACK_CHUNK_BYTES = 16;
const LONGEST_RECORD_BYTES = 200; // set-up messages and errors are longer than a probe with its acknowledgement

const DTLS_APPLICATION_DATA = 23;
const FIRST_BYTE_BEYOND_DTLS = 64;
const SEQUENCE_OFFSET = 3; // epoch and sequence number, 8 bytes
const RECORD_HEADER_BYTES = 13;
const EXPLICIT_NONCE_BYTES = 8;
const TAG_BYTES = 16;

/**
 * The datagrams in one direction of a flow that carry a probe of `payloadBytes`, in the order of their arrival.
 *
 * A bare SACK is shorter, but for every gap it reports it grows by 4 bytes, and with three of them it is as long as a
 * probe of 12 bytes: pairing has to cope with some.
 */
export function datagramsOf(passages: readonly Crossing[], payloadBytes: number): Message[] {
  const records = passages.filter(({ packet }) => packet.payloadHead[0] === DTLS_APPLICATION_DATA);
  const overheadBytes = RECORD_HEADER_BYTES + TAG_BYTES + (hasExplicitNonce(records) ? EXPLICIT_NONCE_BYTES : 0);
  const aloneBytes = overheadBytes + SCTP_HEADER_BYTES + DATA_CHUNK_BYTES + Math.ceil(payloadBytes / 4) * 4;
  return passages
    .filter(({ packet }) => {
      const kind = packet.payloadHead[0] ?? 0; // RFC 7983: below 20 STUN, below 64 DTLS, above something plain
      if (kind !== DTLS_APPLICATION_DATA) return kind >= FIRST_BYTE_BEYOND_DTLS;
      const bytes = packet.payloadBytes;
      return bytes === aloneBytes || (bytes >= aloneBytes + SACK_CHUNK_BYTES && bytes <= LONGEST_RECORD_BYTES);
    })
    .map(({ inMs, outMs }) => ({
      sentAtMs: inMs,
      sojournMs: outMs === null ? null : outMs - inMs,
      deliveredMs: outMs,
    }));
}

/**
 * Whether records start with a nonce in the clear, as those of AES-GCM do and those of ChaCha20-Poly1305 do not. It counts
 * up with the sequence number; encrypted bytes in its place do not.
 */
function hasExplicitNonce(records: readonly Crossing[]): boolean {
  let inStep = 0;
  for (let index = 1; index < records.length; index += 1) {
    const [before, after] = [clearNumbers(records[index - 1]), clearNumbers(records[index])];
    if (before === undefined || after === undefined) continue;
    const nonceStep = BigInt.asUintN(64, after.nonce - before.nonce);
    if (nonceStep === after.sequence - before.sequence) inStep += 1;
  }
  return inStep * 2 >= records.length - 1;
}

function clearNumbers(record: Crossing | undefined): { readonly sequence: bigint; readonly nonce: bigint } | undefined {
  const head = record?.packet.payloadHead;
  if (head === undefined || head.length < RECORD_HEADER_BYTES + EXPLICIT_NONCE_BYTES) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  return { sequence: view.getBigUint64(SEQUENCE_OFFSET), nonce: view.getBigUint64(RECORD_HEADER_BYTES) };
}
