import * as http from 'node:http';
import * as https from 'node:https';
import type { IncomingMessage } from 'node:http';
import { errorBodySchema, LIMITS, TOKEN_PARAMETER } from '@rowhouse/bufferbloat-protocol';
import { CliError } from './errors.ts';

/** Begins a request on a connection of its own; each load connection is one. */
export function request(url: URL, options: http.RequestOptions): http.ClientRequest {
  const library = url.protocol === 'https:' ? https : http;
  return library.request(url, { ...options, agent: false });
}

/** The address of an endpoint for the holder of a token. */
export function endpoint(server: URL, path: string, token: string): URL {
  const url = new URL(path, server);
  url.searchParams.set(TOKEN_PARAMETER, token);
  return url;
}

/** The same on a WebSocket, on another port if one is given. */
export function socketEndpoint(server: URL, path: string, token: string, port?: number): URL {
  const url = endpoint(server, path, token);
  url.protocol = server.protocol === 'https:' ? 'wss:' : 'ws:';
  if (port !== undefined) url.port = String(port);
  return url;
}

/** Reads a short answer to its end. Throws `bad-answer` if it is not short. */
export async function readText(response: IncomingMessage): Promise<string> {
  let text = '';
  response.setEncoding('utf8');
  for await (const chunk of response) {
    text += String(chunk);
    if (text.length > LIMITS.textMessageBytes)
      throw new CliError('bad-answer', 'the server sent a long answer where a short one belongs');
  }
  return text;
}

/** Parses what may not be JSON; `undefined` then. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The error that a refusal stands for, in the server's own words where it has any. */
export function refusal(status: number, body: string): CliError {
  const { data } = errorBodySchema.safeParse(parseJson(body));
  if (data === undefined) return new CliError('bad-answer', `the server answered with status ${status}`);
  const { message, retryAfterS } = data.error;
  const later = retryAfterS === undefined ? '' : ` Try again in ${retryAfterS} s.`;
  return new CliError('refused', `the server refused: ${message}${later}`);
}
