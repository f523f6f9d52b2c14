/** The largest that a client may ask of one request; the server refuses anything above, by name. */
export const LIMITS = {
  /** One download, in bytes. */
  downloadBytes: 64 * 2 ** 30,
  /** One download, in milliseconds. */
  downloadMs: 60_000,
  /** One upload body, in bytes. */
  uploadBytes: 512 * 2 ** 20,
  /** One text message on any WebSocket, in bytes (an SDP offer is about 1 KiB). */
  textMessageBytes: 8 * 1024,
  /** A token's life, in milliseconds: a test of 40 s, its drains and a slow start. */
  tokenMs: 120_000,
  /** The same of a household test: the longest of 240 s, its baseline and a slow start. */
  householdTokenMs: 5 * 60_000,
} as const;

/** The pools of incompressible bytes that every load is cut from, in bytes (requirement B17). */
export const POOL_BYTES = [2 ** 20, 2 * 2 ** 20, 4 * 2 ** 20] as const;
