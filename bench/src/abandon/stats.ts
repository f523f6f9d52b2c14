import { get } from 'node:http';

/** `/stats` of one of the servers, asked for over a connection that is closed again. */
export function readStats(port: number): Promise<Readonly<Record<string, unknown>>> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path: '/stats', agent: false, headers: { connection: 'close' } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        if (response.statusCode === 200) resolve(JSON.parse(text) as Record<string, unknown>);
        else reject(new Error(`/stats of port ${port}: ${response.statusCode} ${text}`));
      });
    }).on('error', reject);
  });
}
