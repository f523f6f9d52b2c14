// What the server may ask of the launcher: JSON lines over a Unix socket, strictly checked, for the server is not root and the launcher may be.
import { layersSchema } from '@rowhouse/classroom-protocol';
import * as z from 'zod';

/** Longest line in either direction, in bytes. */
export const LINE_BYTES = 64 * 1024;

/** Uids of students lie in `[uidBase, uidBase + UID_RANGE)`; the last two belong to the check of the layers. */
export const UID_RANGE = 65_536;

/** The owner's id; names the workspace's folder and the cgroup. No dots, no slashes: it becomes part of paths. */
export const roomIdSchema = z.string().regex(/^[a-z0-9-]{1,36}$/);
const spare = z.int().min(1).max(0xffff_ffff);
const id = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

export const launcherRequestSchema = z.discriminatedUnion('request', [
  z.strictObject({
    id,
    request: z.literal('open'),
    room: roomIdSchema,
    uid: z.int().min(1).max(0x7fff_ffff),
    /** Name of a folder within the server's socket folder, in which `room.sock` listens. */
    socket: z.string().regex(/^[a-f0-9]{32}$/),
    /** Repeated by the room's host in its first frame. */
    token: z.string().regex(/^[A-Za-z0-9_-]{16,128}$/),
  }),
  z.strictObject({
    id,
    request: z.literal('place'),
    room: roomIdSchema,
    spare,
    /** As the room counts: the number of the process in the room's own pid namespace. */
    pid: z.int().min(2).max(0x7fff_ffff),
  }),
  z.strictObject({ id, request: z.literal('end-run'), room: roomIdSchema, spare }),
  z.strictObject({ id, request: z.literal('close'), room: roomIdSchema }),
  z.strictObject({ id, request: z.literal('usage') }),
  z.strictObject({ id, request: z.literal('layers') }),
]);
export type LauncherRequest = z.infer<typeof launcherRequestSchema>;

export const openedSchema = z.strictObject({
  /** Of the room's first process, as this machine counts. */
  pid: z.int(),
});

export const placedSchema = z.strictObject({
  /** As this machine counts; `null` where runs have no cgroup of their own. */
  pid: z.int().nullable(),
});

/** What the kernel counted for one run. */
export const runFactsSchema = z.strictObject({
  /** The kernel ended a process of the run for want of memory. */
  oomKilled: z.boolean(),
  /** How often it refused a process or thread beyond the limit. */
  pidsRefused: z.int(),
  /** CPU time of the run with all its children; `null` without a cgroup that counts it. */
  cpuMs: z.number().nullable(),
  /** Most memory of the run with all its children; `null` without a cgroup that counts it. */
  peakMemoryBytes: z.number().nullable(),
});
export type RunFacts = z.infer<typeof runFactsSchema>;

export const roomUsageSchema = z.strictObject({
  room: z.string(),
  /** Proportional share: shared pages are divided among those who share them. */
  pssBytes: z.number(),
  /** Since the room was opened. */
  cpuMs: z.number(),
  processes: z.int(),
  /** CPU time of each run in a cgroup of its own; `null` where the kernel does not count it. */
  runs: z.array(z.strictObject({ spare, cpuMs: z.number() })).nullable(),
});
export type LauncherRoomUsage = z.infer<typeof roomUsageSchema>;

export const launcherStateSchema = z.strictObject({
  layers: layersSchema,
  /** Version, such as `3.11.2`; `null`: no usable Python. */
  python: z.string().nullable(),
  /** Version; `null`: rooms are made without it. */
  bubblewrap: z.string().nullable(),
});
export type LauncherState = z.infer<typeof launcherStateSchema>;

export const launcherAnswerSchema = z.union([
  z.strictObject({ id, ok: z.literal(true), result: z.unknown() }),
  z.strictObject({ id: id.nullable(), ok: z.literal(false), code: z.string(), message: z.string() }),
]);
export type LauncherAnswer = z.infer<typeof launcherAnswerSchema>;

export const launcherEventSchema = z.strictObject({
  event: z.literal('room-exited'),
  room: z.string(),
  code: z.int().nullable(),
  signal: z.string().nullable(),
});
export type LauncherEvent = z.infer<typeof launcherEventSchema>;
