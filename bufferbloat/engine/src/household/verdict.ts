import { judgeBulk } from './bulk.ts';
import { judgeCall } from './call.ts';
import { judgeGame } from './game.ts';
import type { Judged } from './judged.ts';
import { judgeLive } from './live.ts';
import type { UserRecording } from './recording.ts';
import type { SeenStream } from './seen.ts';
import { judgeStreaming } from './streaming.ts';

/** What happened to a user, in the terms of the application; `undefined` if nothing is known of the traffic. */
export function judge(user: UserRecording, streams: readonly SeenStream[]): Judged | undefined {
  switch (user.profile.verdict) {
    case 'game':
      return judgeGame(streams);
    case 'call':
      return judgeCall(streams, user.baseOneWayMs);
    case 'streaming':
      return judgeStreaming(user);
    case 'bulk':
      return judgeBulk(user);
    case 'live':
      return judgeLive(streams);
  }
}
