import type { Limits } from '@rowhouse/classroom-protocol';

/** What the launcher of rooms is told. Plain data. */
export interface LauncherSettings {
  readonly socket: string;
  readonly socketFolder: string;
  readonly dataFolder: string;
  readonly serverUid: number;
  readonly serverGid: number;
  readonly python: string | null;
  readonly uidBase: number;
  /** The port; keeps two classrooms on one machine apart. */
  readonly instance: number;
  readonly limits: Limits;
  readonly logLevel: string;
}
