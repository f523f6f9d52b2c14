import { request } from 'node:http';
import { MAIN_PATHS, type Ticket, ticketSchema } from '@rowhouse/bufferbloat-protocol';

/** Permission for one test, asked for from a loopback address of choice (limits count by address). */
export function takeTicket(mainPort: number, from = '127.0.0.1'): Promise<Ticket> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: mainPort, path: MAIN_PATHS.tests, method: 'POST', localAddress: from };
    request(options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        if (response.statusCode !== 200 && response.statusCode !== 201) {
          reject(new Error(`POST ${MAIN_PATHS.tests} from ${from}: ${response.statusCode} ${text}`));
        } else resolve(ticketSchema.parse(JSON.parse(text)));
      });
    })
      .on('error', reject)
      .end();
  });
}

/** A loopback address of its own for each number from 0 to 65,000. */
export function loopback(number: number): string {
  return `127.1.${Math.floor(number / 250)}.${(number % 250) + 1}`;
}
