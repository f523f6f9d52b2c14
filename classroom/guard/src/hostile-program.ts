import path from 'node:path';

/** Where the programs are: `NAME.py`, and `attempt.py`, which they share. */
export const HOSTILE_FOLDER = path.join(import.meta.dirname, '../hostile');

/** A program that tries to do harm, and what is expected of a room that holds. */
export interface HostileProgram {
  /** `hostile/NAME.py`; its first line says what it tries. What it prints as `VIOLATED: …` must not have happened. */
  readonly name: string;
  /** Reasons of its end (the protocol's), any of which is right. */
  readonly ends: readonly string[];
  /** The limit that the student must be told of besides (the protocol's reason). */
  readonly notice?: string;
  /** Part of what it prints; nothing printed before its end may be lost. */
  readonly says?: RegExp;
  /** Would go on until its time is up: it is stopped. */
  readonly stopAfterMs?: number;
  /** Standard input is ended. */
  readonly endInputAfterMs?: number;
}
