import { type JsonValue, nestsAtMost } from './json.ts';

/** Longest line a child may send, without its newline. */
export const childLineLimitBytes = 64 * 1024;

const deepestNesting = 32;

export type ParentMessage =
  | { readonly type: 'hello'; readonly settings: JsonValue; readonly stopTimeoutMs: number }
  | { readonly type: 'ping'; readonly id: number }
  | { readonly type: 'tell'; readonly data: JsonValue }
  | { readonly type: 'stop'; readonly deadlineMs: number };

export type ChildMessage =
  | { readonly type: 'ready'; readonly details?: JsonValue }
  | { readonly type: 'pong'; readonly id: number }
  | { readonly type: 'report'; readonly data: JsonValue };

export function encodeMessage(message: ParentMessage | ChildMessage): string {
  return `${JSON.stringify(message)}\n`;
}

/** Reads a line from a child, which may be hostile; `undefined` when it is not a message. */
export function parseChildMessage(line: string): ChildMessage | undefined {
  const value = parseObject(line);
  if (value === undefined || !nestsAtMost(value, deepestNesting)) return undefined;
  switch (value['type']) {
    case 'ready':
      return value['details'] === undefined
        ? { type: 'ready' }
        : { type: 'ready', details: value['details'] as JsonValue };
    case 'pong':
      return typeof value['id'] === 'number' ? { type: 'pong', id: value['id'] } : undefined;
    case 'report':
      return value['data'] === undefined ? undefined : { type: 'report', data: value['data'] as JsonValue };
    default:
      return undefined;
  }
}

/** Reads a line from the supervisor; `undefined` when whoever wrote it is not one. */
export function parseParentMessage(line: string): ParentMessage | undefined {
  const value = parseObject(line);
  switch (value?.['type']) {
    case 'hello':
      return typeof value['stopTimeoutMs'] === 'number' && value['settings'] !== undefined
        ? { type: 'hello', settings: value['settings'] as JsonValue, stopTimeoutMs: value['stopTimeoutMs'] }
        : undefined;
    case 'ping':
      return typeof value['id'] === 'number' ? { type: 'ping', id: value['id'] } : undefined;
    case 'tell':
      return value['data'] === undefined ? undefined : { type: 'tell', data: value['data'] as JsonValue };
    case 'stop':
      return typeof value['deadlineMs'] === 'number' ? { type: 'stop', deadlineMs: value['deadlineMs'] } : undefined;
    default:
      return undefined;
  }
}

function parseObject(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
