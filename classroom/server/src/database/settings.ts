/** What the program `database` is told by its supervisor. Plain data. */
export interface DatabaseSettings {
  /** Everything of the database is in it; made when missing. Those above it must let the database's user through. */
  readonly folder: string;
  /** The system user the database runs as, by name or number; only when root. */
  readonly user: string;
  /** The system user that may reach it; only when root. */
  readonly serverUser: string;
  readonly logLevel: string;
  /** The server's port; only names it in the log. */
  readonly port: number;
}

/** Where things are beneath the folder; the server knows two of them. */
export interface DatabasePlaces {
  /** Of the database's user only. */
  readonly home: string;
  readonly cluster: string;
  /** A cluster that is not finished. */
  readonly making: string;
  /** The socket: the database's user, and the group of the server's may pass through. */
  readonly socketFolder: string;
  /** Of the server's user only. */
  readonly passwordFile: string;
  /** Copies of the programs, where those installed cannot be used. */
  readonly programs: string;
}

export function databasePlaces(folder: string): DatabasePlaces {
  return {
    home: `${folder}/home`,
    cluster: `${folder}/home/cluster`,
    making: `${folder}/making`,
    socketFolder: `${folder}/socket`,
    passwordFile: `${folder}/password`,
    programs: `${folder}/programs`,
  };
}

/** The one role that may sign in, and its database's name. */
export const DATABASE_ROLE = 'classroom';
/** Part of the socket's name; nothing listens on TCP. */
export const SOCKET_PORT = 5432;
