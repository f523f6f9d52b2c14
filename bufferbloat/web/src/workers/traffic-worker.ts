import type { TrafficCommand, TrafficWorkerReport } from '../shared/household-messages.ts';
import { startPulse } from './pulse.ts';
import { report, serveCommon } from './scope.ts';
import { Session } from './session.ts';

/** How often the page is told of the traffic, in milliseconds. */
const TICK_MS = 100;

/** The traffic of one user, one session after the other. */
let session: Session | undefined;

function connect(connection: number, url: string): void {
  session?.close();
  session = new Session(url, (event) => report<TrafficWorkerReport>({ type: 'session', connection, event }));
}

startPulse({ everyMs: TICK_MS, onPulse: () => session?.tick() });

addEventListener('message', (event: MessageEvent<TrafficCommand>) => {
  const command = serveCommon<TrafficCommand>(event.data);
  switch (command?.type) {
    case 'connect':
      return connect(command.connection, command.url);
    case 'disconnect':
      return session?.close();
    case 'start':
      return session?.start(command.start);
    case 'clock':
      return session?.setOffset(command.offsetMs);
    case 'stop':
      return session?.stop();
    case undefined:
      return undefined;
  }
});
