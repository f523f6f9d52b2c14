import type { UserProfile } from './profile.ts';

const SHARES = { alex: 15, sarah: 25, jake: 30, computer: 30 } as const;

/** The household of the documents. The order is the order of the cards. */
export const HOUSEHOLD_PROFILES: readonly UserProfile[] = [
  {
    id: 'alex',
    name: 'Alex',
    activity: 'Online game',
    description: 'Plays a fast online game: the state of the match comes 128 times a second, input goes out 64 times.',
    icon: 'game',
    port: 8002,
    downloadMbps: 1.5,
    uploadMbps: 0.75,
    pattern: 'constant',
    resourceShare: SHARES.alex,
    priority: 'low-latency',
    streams: [
      { kind: 'ticks', flow: 'download', mbps: 1.5, perS: 128, lateMs: 31.25 },
      { kind: 'ticks', flow: 'upload', mbps: 0.75, perS: 64, lateMs: 31.25 },
    ],
    verdict: 'game',
  },
  {
    id: 'sarah',
    name: 'Sarah',
    activity: 'Video call',
    description: 'In an HD video call: 30 pictures and 50 packets of sound a second, both ways.',
    icon: 'call',
    port: 8003,
    downloadMbps: 2.5,
    uploadMbps: 2.5,
    pattern: 'bidirectional',
    resourceShare: SHARES.sarah,
    priority: 'normal',
    streams: [
      { kind: 'audio', flow: 'download', mbps: 0.064, perS: 50 },
      { kind: 'video', flow: 'download', mbps: 2.436, perS: 30, keyFrameEveryS: 2, keyFrameRatio: 4 },
      { kind: 'audio', flow: 'upload', mbps: 0.064, perS: 50 },
      { kind: 'video', flow: 'upload', mbps: 2.436, perS: 30, keyFrameEveryS: 2, keyFrameRatio: 4 },
    ],
    verdict: 'call',
  },
  {
    id: 'jake',
    name: 'Jake',
    activity: 'HD film',
    description: 'Streams a film in HD: a segment comes at 25 Mbit/s for a second, then the player rests for four.',
    icon: 'film',
    port: 8001,
    downloadMbps: 5,
    uploadMbps: 0.1,
    pattern: 'burst',
    resourceShare: SHARES.jake,
    priority: 'normal',
    streams: [
      { kind: 'segments', flow: 'download', mbps: 25, onMs: 1000, offMs: 4000, qualities: [1, 0.6, 0.35, 0.2, 0.1] },
      { kind: 'bulk', flow: 'upload', mbps: 0.1 },
    ],
    verdict: 'streaming',
  },
  {
    id: 'computer',
    name: 'Computer',
    activity: 'System update',
    description: 'Downloads updates in the background, as fast as the line allows in adaptive mode.',
    icon: 'computer',
    port: 8004,
    downloadMbps: 50,
    uploadMbps: 2,
    pattern: 'continuous',
    resourceShare: SHARES.computer,
    priority: 'background',
    streams: [
      { kind: 'bulk', flow: 'download', mbps: 50, adaptiveToMbps: 1000 },
      { kind: 'bulk', flow: 'upload', mbps: 2 },
    ],
    verdict: 'bulk',
    variants: { '200': 200 },
  },
];

/** First port of instances that have none by their profile. */
export const FIRST_INSTANCE_PORT = 8010;
