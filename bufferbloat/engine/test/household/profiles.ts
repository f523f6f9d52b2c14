import { type TrafficStream, type UserProfile, userProfileSchema } from '@rowhouse/bufferbloat-protocol';

/** A user type with these streams. */
export function profileOf(
  verdict: UserProfile['verdict'],
  streams: readonly TrafficStream[],
  different: Partial<UserProfile> = {},
): UserProfile {
  return userProfileSchema.parse({
    id: 'someone',
    name: 'Someone',
    activity: 'Something',
    description: 'Does something.',
    icon: 'device',
    downloadMbps: 1,
    uploadMbps: 1,
    pattern: 'constant',
    resourceShare: 1,
    priority: 'normal',
    streams,
    verdict,
    ...different,
  });
}

/** The fifth user that the documents of the product promise to be one entry of data. */
export const CAMERA: UserProfile = profileOf(
  'live',
  [{ kind: 'video', flow: 'upload', mbps: 4, perS: 25, keyFrameEveryS: 2, keyFrameRatio: 4 }],
  { id: 'camera', name: 'Camera', activity: 'Smart camera', icon: 'camera', downloadMbps: 0, uploadMbps: 4 },
);
