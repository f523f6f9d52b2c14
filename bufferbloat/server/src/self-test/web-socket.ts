import { WebSocket, type RawData } from 'ws';

const TIMEOUT_MS = 10_000;

/** A WebSocket of the self-test: what comes is handed on, what goes wrong ends it with an Error. */
export interface TestSocket {
  send(data: string | Uint8Array): void;
  /** Resolves once `done` was called, rejects when the socket is closed before, or after 10 s. */
  readonly over: Promise<void>;
  done(): void;
}

/** @throws Error, through `over`, with the reason of the refusal or the close */
export function openSocket(
  url: string,
  onMessage: (data: Buffer, isBinary: boolean, socket: TestSocket) => void,
  onOpen: (socket: TestSocket) => void = () => {},
): TestSocket {
  const webSocket = new WebSocket(url, { perMessageDeflate: false, rejectUnauthorized: false });
  let finish = () => {};
  const over = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => fail(new Error('it took too long')), TIMEOUT_MS);
    const fail = (error: Error) => {
      clearTimeout(timer);
      webSocket.terminate();
      reject(error);
    };
    finish = () => {
      clearTimeout(timer);
      webSocket.close();
      resolve();
    };
    webSocket.on('error', fail);
    webSocket.on('close', (code, reason) => fail(new Error(`closed: ${code} ${reason.toString()}`)));
    webSocket.on('open', () => guarded(() => onOpen(socket), fail));
    webSocket.on('message', (data: RawData, isBinary) => {
      guarded(() => onMessage(Buffer.isBuffer(data) ? data : Buffer.alloc(0), isBinary, socket), fail);
    });
  });
  const socket: TestSocket = {
    send: (data) => {
      if (webSocket.readyState === webSocket.OPEN) webSocket.send(data);
    },
    over,
    done: () => finish(),
  };
  return socket;
}

function guarded(act: () => void, fail: (error: Error) => void): void {
  try {
    act();
  } catch (error) {
    fail(error instanceof Error ? error : new Error(String(error)));
  }
}
