import { TOKEN_PARAMETER } from '@rowhouse/bufferbloat-protocol';

/** An endpoint of the main server, with the test's token. `base` is where the page came from. */
export function endpoint(base: string, path: string, token: string, query: Record<string, string> = {}): URL {
  const url = new URL(path, base);
  url.search = new URLSearchParams({ ...query, [TOKEN_PARAMETER]: token }).toString();
  return url;
}

/** The same endpoint for a WebSocket, on another port if one is given. */
export function socketEndpoint(base: string, path: string, token: string, port?: number): string {
  const url = endpoint(base, path, token);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  if (port !== undefined) url.port = String(port);
  return url.href;
}
