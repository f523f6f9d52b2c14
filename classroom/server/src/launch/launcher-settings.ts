import type { Limits } from '@rowhouse/classroom-protocol';

/** What the launcher of rooms is told. Plain data. */
export interface LauncherSettings {
  readonly socket: string;
  readonly socketFolder: string;
  readonly dataFolder: string;
  readonly serverUid?: number;
  readonly serverGid?: number;
  readonly python: string | null;
  readonly uidBase: number;
  readonly instance: string;
  readonly limits: Limits;
  readonly logLevel: string;
  readonly port: number;
}
