/** Why sessions end: the code is what the client is told and what statistics count by. */
export const ENDINGS = {
  'client-stopped': { close: 1000, message: 'The client ended the test.' },
  closed: { close: 1000, message: 'The client went away.' },
  inactive: { close: 1001, message: 'Nothing came from the client for 30 s.' },
  'no-pong': { close: 1001, message: 'The client stopped answering pings.' },
  'too-long': { close: 1000, message: 'A session may last 5 minutes.' },
  'send-failed': { close: 1001, message: 'The connection is broken.' },
  'not-read': { close: 1008, message: 'The client does not read what is sent.' },
  'bad-message': { close: 1008, message: 'The client sent what is no message of this protocol.' },
  'too-many-messages': { close: 1008, message: 'The client sent more than its user would.' },
  'outgoing-budget': { close: 1013, message: 'This server has sent as much as it may for today.' },
  stopping: { close: 1001, message: 'The server is stopping.' },
} as const satisfies Record<string, { readonly close: number; readonly message: string }>;

export type Ending = keyof typeof ENDINGS;
