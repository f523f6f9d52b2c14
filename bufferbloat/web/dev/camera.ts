import type { UserProfile } from '@rowhouse/bufferbloat-protocol';

/** A fifth user, as a file of an operator might add it. */
export const CAMERA: UserProfile = {
  id: 'smart-camera',
  name: 'Smart camera',
  activity: 'Live picture to the cloud',
  description: 'Watches the front door and sends its picture to the cloud, all day long.',
  icon: 'camera',
  downloadMbps: 0.05,
  uploadMbps: 4,
  pattern: 'constant',
  resourceShare: 15,
  priority: 'normal',
  streams: [
    { kind: 'video', flow: 'upload', mbps: 4, perS: 25, keyFrameEveryS: 4, keyFrameRatio: 5 },
    { kind: 'bulk', flow: 'download', mbps: 0.05 },
  ],
  verdict: 'live',
};
