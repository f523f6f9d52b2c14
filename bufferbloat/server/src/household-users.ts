import { readFileSync } from 'node:fs';
import { HOUSEHOLD_PROFILES, userProfileSchema, type UserProfile } from '@rowhouse/bufferbloat-protocol';
import { ServiceError, systemReason } from '@rowhouse/service';
import * as z from 'zod';

/**
 * The household's user types: those of the documents, then those of the file, which holds a JSON list of profiles.
 *
 * @param file `null`: only those of the documents
 * @throws ServiceError `ERR_CONFIG_FILE` that names the file and what in it is wrong
 */
export function householdProfiles(file: string | null): readonly UserProfile[] {
  if (file === null) return HOUSEHOLD_PROFILES;
  const refuse = (reason: string) => new ServiceError('ERR_CONFIG_FILE', { file, reason });
  const result = z.array(userProfileSchema.strict()).safeParse(readJson(file, refuse));
  if (!result.success) {
    const [issue] = result.error.issues;
    const where = issue && issue.path.length > 0 ? `${fieldName(issue.path)}: ` : '';
    throw refuse(where + (issue?.message ?? 'is not a list of profiles'));
  }
  const profiles = [...HOUSEHOLD_PROFILES];
  for (const profile of result.data) {
    if (profiles.some(({ id }) => id === profile.id)) throw refuse(`there is already a user "${profile.id}"`);
    const samePort = profiles.find(({ port }) => port !== undefined && port === profile.port);
    if (samePort) throw refuse(`user "${profile.id}": port ${profile.port} is that of user "${samePort.id}"`);
    profiles.push(profile);
  }
  return profiles;
}

function readJson(file: string, refuse: (reason: string) => ServiceError): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw refuse(systemReason(error));
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw refuse(
      `is not valid JSON: ${error instanceof Error ? error.message.replaceAll(/\s+/g, ' ') : 'syntax error'}`,
    );
  }
}

/** `[0, 'streams', 1, 'mbps']` → `[0].streams[1].mbps`. */
function fieldName(path: readonly PropertyKey[]): string {
  return path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
}
