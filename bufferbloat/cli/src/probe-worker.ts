import { parentPort, workerData } from 'node:worker_threads';
import { REPLY_WAIT_MS } from '@rowhouse/bufferbloat-engine';
import { unixNowMs } from './clock.ts';
import { endDataChannels } from './data-channel.ts';
import { openProbeLink, type ProbeLink } from './probe-link.ts';
import type { FromProbes, ProbeSettings, ToProbes } from './probe-messages.ts';
import { Prober } from './prober.ts';

/** How soon a lost connection is tried again, in milliseconds. */
const RETRY_MS = 200;
/** How often it is tried before the first success: a ping server that was just restarted is back within a second. */
const FIRST_TRIES = 10;
/** How often the end of the wait is looked for. */
const SETTLE_EVERY_MS = 20;

/** The thread that probes: nothing else runs in it, so that load does not delay it. */
const port = parentPort;
if (port === null) throw new Error('this program runs as a worker thread');
const { url, udp: udpWanted } = workerData as ProbeSettings;
const say = (message: FromProbes): void => port.postMessage(message);

let udpAvailable = false;
let udpUnavailable: string | undefined;
let everReady = false;
let tries = 0;
let ending = false;
let retry: NodeJS.Timeout | undefined;

const websocket = new Prober('websocket', (sentMs, rttMs) => {
  if (!udpAvailable) say({ type: 'probe', sentMs, rttMs });
});
const udp = new Prober('udp', (sentMs, rttMs) => {
  if (udpAvailable) say({ type: 'probe', sentMs, rttMs });
});

let link = open();

function open(): ProbeLink {
  tries += 1;
  return openProbeLink(
    url,
    { udp: udpWanted ? udp : undefined, websocket },
    {
      ready: ({ available, reason }) => {
        setUdp(available);
        if (everReady) return;
        everReady = true;
        udpUnavailable = reason;
        say({ type: 'ready' });
      },
      udpLost: () => setUdp(false),
      closed: (reason) => {
        if (ending) return;
        if (!everReady && tries >= FIRST_TRIES) say({ type: 'failed', message: reason });
        else retry = setTimeout(() => (link = open()), RETRY_MS);
      },
    },
  );
}

function setUdp(available: boolean): void {
  udpAvailable = available;
  say({ type: 'udp', available });
}

function finish(): void {
  const nowMs = unixNowMs();
  if (websocket.log.outstanding(nowMs, REPLY_WAIT_MS) + udp.log.outstanding(nowMs, REPLY_WAIT_MS) > 0) {
    setTimeout(finish, SETTLE_EVERY_MS);
    return;
  }
  for (const prober of [udp, websocket]) {
    prober.log.settle(nowMs);
    prober.endGap();
  }
  say({
    type: 'report',
    report: {
      udp: udp.log.samples(),
      websocket: websocket.log.samples(),
      gaps: [...udp.gaps, ...websocket.gaps],
      udpUnavailable,
      offsetMs: udp.log.clockOffsetMs() ?? websocket.log.clockOffsetMs(),
      lateMs: [...udp.lateMs, ...websocket.lateMs],
    },
  });
  end();
}

function end(): void {
  ending = true;
  clearTimeout(retry);
  udp.setRate(0);
  websocket.setRate(0);
  link.close();
  endDataChannels();
  port?.close();
}

port.on('message', (message: ToProbes) => {
  if (message.type === 'finish') finish();
  else if (message.type === 'abort') end();
  else {
    udp.setRate(message.rate.udpPerS);
    websocket.setRate(message.rate.websocketPerS);
  }
});
