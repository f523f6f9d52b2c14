import { describe, expect, it } from 'vitest';
import { createLogger, createMetrics } from '../src/index.ts';

describe('createLogger', () => {
  it('names service and port on every line', () => {
    const lines: string[] = [];
    const log = createLogger({
      service: 'ping',
      port: 8005,
      level: 'info',
      destination: { write: (line) => void lines.push(line) },
    });
    log.debug('not shown');
    log.info({ test: 'abc' }, 'begun');
    log.child({ user: 'jake' }).warn('slow');
    const [first, second] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toHaveLength(2);
    expect(first).toMatchObject({ level: 'info', service: 'ping', port: 8005, test: 'abc', msg: 'begun' });
    expect(second).toMatchObject({ level: 'warn', service: 'ping', port: 8005, user: 'jake', msg: 'slow' });
    expect(Number.isNaN(Date.parse(String(first?.['time'])))).toBe(false);
  });
});

describe('createMetrics', () => {
  it('reads values when it is scraped, and labels everything with the service', async () => {
    const metrics = createMetrics('ping');
    let open = 1;
    metrics.read('gauge', 'open', 'Open things.', () => open);
    metrics.read('counter', 'done_total', 'Things done.', () => open * 2);
    const refused = metrics.counter('refused_total', 'Refused.', 'code');
    refused('full');
    refused('full');
    expect(await metrics.text()).toContain('rowhouse_open{service="ping"} 1');
    open = 5;
    const text = await metrics.text();
    expect(text).toContain('rowhouse_open{service="ping"} 5');
    expect(text).toContain('rowhouse_done_total{service="ping"} 10');
    expect(text).toContain('rowhouse_refused_total{code="full",service="ping"} 2');
    expect(text).toMatch(/rowhouse_process_resident_memory_bytes\{service="ping"\} \d{7,}/);
  });
});
