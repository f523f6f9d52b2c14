import { createLogger, dropPrivileges } from '@rowhouse/service';
import { connectToSupervisor } from '@rowhouse/supervisor';
import { checkVersion, createCluster } from './cluster.ts';
import { prepareFolders } from './folders.ts';
import { endLeftover } from './leftover.ts';
import { agreeOnPassword, newPassword } from './password.ts';
import { startPostgres } from './postgres.ts';
import { findPrograms } from './programs.ts';
import { DATABASE_ROLE, type DatabaseSettings } from './settings.ts';

/** Only this role signs in, only through the socket, only with its password. */
const ACCESS = `local ${DATABASE_ROLE} ${DATABASE_ROLE} scram-sha-256`;

const supervisor = await connectToSupervisor<DatabaseSettings>();
if (!supervisor) {
  process.stderr.write('This program is started by the launcher: npm start\n');
  process.exit(1);
}
const { settings } = supervisor;
const log = createLogger({ service: 'database', port: settings.port, level: settings.logLevel });

const fail = (error: unknown) => {
  log.fatal({ err: error }, error instanceof Error ? error.message : 'failed');
  process.exit(1); // the supervisor starts it anew, in a known state
};
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);

process.umask(0o022);
const { places, user, password } = prepareFolders(settings, newPassword);
const programs = findPrograms(places.programs, user);
const isNew = await createCluster(programs, places, user);
// PostgreSQL refuses to run as root, and nothing from here on needs it.
if (user) dropPrivileges(settings.user);
process.umask(0o077);
checkVersion(programs, places);
const leftover = await endLeftover(places);
if (leftover !== undefined) log.warn({ leftover }, 'an earlier life of the database was not ended properly');
await agreeOnPassword(programs, places, password, log);
const { socketFolder } = places;
const postgres = startPostgres(programs, places, { socketFolder, access: ACCESS, log });
postgres.onEnded(fail);
supervisor.onStop((deadlineMs) => postgres.stop(deadlineMs));
await postgres.ready({ socketFolder, role: DATABASE_ROLE, database: DATABASE_ROLE, password });
log.info({ isNew, copied: programs.copied, version: programs.majorVersion }, 'ready');
supervisor.ready({ version: programs.majorVersion });
