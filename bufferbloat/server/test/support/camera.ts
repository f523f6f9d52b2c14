import type { UserProfile } from '@rowhouse/bufferbloat-protocol';

/** A fifth user type, as somebody would add it: nothing but data. */
export const CAMERA: UserProfile = {
  id: 'camera',
  name: 'Camera',
  activity: 'Smart camera',
  description: 'Watches the door and sends its picture to the cloud.',
  icon: 'camera',
  downloadMbps: 0.05,
  uploadMbps: 4,
  pattern: 'constant',
  resourceShare: 10,
  priority: 'normal',
  streams: [
    { kind: 'video', flow: 'upload', mbps: 4, perS: 25, keyFrameEveryS: 2, keyFrameRatio: 5 },
    { kind: 'ticks', flow: 'download', mbps: 0.05, perS: 10, lateMs: 200 },
  ],
  verdict: 'live',
};
