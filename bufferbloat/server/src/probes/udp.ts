import { systemReason, type Logger } from '@rowhouse/service';
import { loadRtc, type OpenRtc, type Rtc } from './rtc.ts';

/** UDP probes as far as they are to be had. */
export interface Udp {
  /** The open port, or why there is none; WebSocket probes go on without it. */
  readonly now: () => Rtc | { readonly reason: string };
  /** Takes the port; the library's own thread reads from it at once. */
  open(): void;
  close(): void;
}

/** Loads the library, whose threads inherit this process's precedence; the port is taken by `open`. */
export async function prepareUdp(port: number, host: string, log: Logger): Promise<Udp> {
  let rtc: Rtc | { readonly reason: string } = { reason: 'not open yet' };
  const none = (error: unknown) => {
    const reason = systemReason(error);
    log.warn({ reason }, 'no UDP probes; WebSocket probes go on');
    rtc = { reason };
  };
  const load: OpenRtc | undefined = await loadRtc().catch((error: unknown) => {
    none(error);
    return undefined;
  });
  return {
    now: () => rtc,
    open() {
      try {
        if (load) rtc = load({ port, bindAddress: host === '::' ? undefined : host });
      } catch (error) {
        none(error);
      }
    },
    close() {
      if (!('reason' in rtc)) rtc.close();
    },
  };
}
