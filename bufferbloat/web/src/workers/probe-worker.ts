import { nowMs } from '../shared/clock.ts';
import type { PathReport, ProbeCommand } from '../shared/messages.ts';
import { startPulse } from './pulse.ts';
import { Prober } from './prober.ts';
import { report, serveCommon } from './scope.ts';

/** Probes and nothing else, so that nothing else delays them. */
const probers = new Map<string, Prober>();

addEventListener('message', (event: MessageEvent<ProbeCommand>) => {
  const command = serveCommon<ProbeCommand>(event.data);
  switch (command?.type) {
    case 'path': {
      const { path, offset } = command;
      probers.set(
        path,
        new Prober({ offset, report: (probes) => report<PathReport>({ type: 'path', path, event: probes }) }),
      );
      return undefined;
    }
    case 'open':
      return probers.get(command.path)?.open(command.url);
    case 'channel':
      return probers.get(command.path)?.adopt(command.channel);
    case 'rate':
      return probers.get(command.path)?.setRate(command.perS);
    case 'pulse':
      return startPulse({ everyMs: command.everyMs, onPulse: () => report({ type: 'pulse', atMs: nowMs() }) });
    case undefined:
      return undefined;
  }
});
