import * as z from 'zod';

const bytes = z.number().min(0);

/** What one machine was found to need, as `plan --measure` stores it. */
export const figuresSchema = z.object({
  /** Date of the measurement, such as `2026-11-21`. */
  measuredOn: z.string(),
  /** Cores, memory and processor of that machine, for people. */
  machine: z.string(),
  /** PSS of the server, its launcher and its supervisor. */
  serverBytes: bytes,
  databaseBytes: bytes,
  /** PSS of a room in which nothing runs. */
  roomBytes: bytes,
  /** What a running script adds that only prints. */
  runBytes: bytes,
  /** What a script adds that works with numpy. */
  numpyRunBytes: bytes,
  /** CPU time of a short run with everything the server does for it. */
  runCpuMs: z.number().positive(),
  /** CPU time of a line at the REPL, there and back. */
  lineCpuMs: z.number().positive(),
});
export type Figures = z.infer<typeof figuresSchema>;

const MIB = 1024 ** 2;

/** Used until a machine has been measured; on the safe side of what 2 cores of 2026 took. */
export const UNMEASURED: Figures = {
  measuredOn: '',
  machine: 'not measured; run the plan with --measure',
  serverBytes: 260 * MIB,
  databaseBytes: 60 * MIB,
  roomBytes: 8 * MIB,
  runBytes: 5 * MIB,
  numpyRunBytes: 60 * MIB,
  runCpuMs: 40,
  lineCpuMs: 4,
};
