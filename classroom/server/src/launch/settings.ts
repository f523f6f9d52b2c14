import type { Limits } from '@rowhouse/classroom-protocol';
import type { Capacity } from '@rowhouse/classroom-runtime';
import type { TlsMaterial } from '@rowhouse/service';
import type { DatabaseAddress } from '../db/connection.ts';

/** What the main server is told by its supervisor. Plain data, over the control channel, where nobody else can read it. */
export interface MainSettings {
  readonly host: string;
  readonly port: number;
  /** `null`: plain HTTP. */
  readonly tls: TlsMaterial | null;
  /** TLS ends at a proxy in front of us. */
  readonly tlsInFront: boolean;
  /** Name or number of the user to become when started as root. */
  readonly user: string;
  readonly logLevel: string;
  readonly database: DatabaseAddress;
  readonly dataFolder: string;
  /** Where the launcher listens. */
  readonly launcherSocket: string;
  /** Where the server makes the sockets of rooms. */
  readonly socketFolder: string;
  /** Where the server listens for the commands of the operator, who is root or the server's own user. */
  readonly operatorSocket: string;
  readonly uidBase: number;
  readonly limits: Limits;
  readonly capacity: Capacity;
  readonly optimizedFor: string;
  readonly demo: boolean;
  /** Nothing is printed for people. */
  readonly production: boolean;
  readonly allowedHosts: readonly string[];
  readonly trustedProxies: readonly string[];
  readonly metricsToken: string | null;
  /** How many times as fast the class's time runs as the machine's: 1, but in tests of long times. */
  readonly timesAsFast: number;
}
