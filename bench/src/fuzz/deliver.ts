import { connect } from 'node:net';
import { MARKER, type TcpCase } from './case.ts';

/** What the server did with a case. */
export interface Answer {
  /** HTTP status, or `none` when it closed or stayed silent. */
  readonly status: string;
  /** The answer repeats something that the client made up. */
  readonly reflected: boolean;
}

/** How long a case may go unanswered before its client leaves: incomplete requests wait for the server's own deadline. */
const PATIENCE_MS = 150;
/** Enough of an answer to look at; a download would go on. */
const ENOUGH_BYTES = 64 * 1024;

/** Sends one case from a loopback address and leaves the way it says. Never rejects. */
export function deliver(tcpCase: TcpCase, port: number, from: string, patienceMs = PATIENCE_MS): Promise<Answer> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect({ host: '127.0.0.1', port, localAddress: from });
    const [first = '', ...rest] = tcpCase.chunks;
    let waiting = tcpCase.afterAnswer && rest.length > 0;
    const leave = () => {
      if (tcpCase.ending === 'reset') socket.resetAndDestroy();
      else socket.destroy();
    };
    let patience: NodeJS.Timeout | undefined;
    const wait = () => {
      clearTimeout(patience);
      patience = setTimeout(leave, patienceMs);
    };
    const writeRest = () => {
      for (const chunk of rest) socket.write(chunk);
      if (tcpCase.ending === 'half-close') socket.end();
      if (tcpCase.ending === 'reset') setImmediate(leave);
    };
    socket.on('connect', () => {
      socket.write(first);
      if (!waiting) writeRest();
      wait();
    });
    socket.on('data', (data) => {
      text += data.toString('latin1');
      if (waiting) {
        waiting = false;
        if (text.startsWith('HTTP/1.1 101')) writeRest();
        else leave();
      } else if (text.length > ENOUGH_BYTES) leave();
      else if (!text.startsWith('HTTP/1.1 101') && answeredInFull(text)) leave();
      else wait();
    });
    socket.on('error', () => {}); // a server may well reset these
    socket.on('close', () => {
      clearTimeout(patience);
      const status = /^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1] ?? 'none';
      resolve({ status, reflected: text.toLowerCase().includes(MARKER.toLowerCase()) });
    });
  });
}

/** Whether an HTTP answer with a stated length is complete: there is nothing more to wait for. */
function answeredInFull(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return false;
  const length = /^content-length: (\d+)/im.exec(text.slice(0, end))?.[1];
  return length !== undefined && text.length >= end + 4 + Number(length);
}
