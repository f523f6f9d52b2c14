import { HOUSEHOLD_PATHS, profilesSchema, type UserProfile } from '@rowhouse/bufferbloat-protocol';
import type { StreamRegistry } from '../../../shared/registry.ts';
import { requestJson } from '../request.ts';

/** Who lives in the household. Throws a `RunFailure`: `unreachable`, `refused` or `bad-answer`. */
export async function requestProfiles(base: URL, registry: StreamRegistry): Promise<readonly UserProfile[]> {
  const url = new URL(HOUSEHOLD_PATHS.profiles, base);
  return (await requestJson({ url, method: 'GET', schema: profilesSchema, registry, label: 'profiles' })).profiles;
}
