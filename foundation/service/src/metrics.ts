import { createRequire } from 'node:module';
import type * as PromClient from 'prom-client';

const require = createRequire(import.meta.url);

/** One process's metrics in the Prometheus text format. */
export interface Metrics {
  /** A counter or gauge whose value is asked for when it is scraped: what is counted already is not counted twice. */
  read(kind: 'counter' | 'gauge', name: string, help: string, value: () => number): void;
  /** The same by one label: a value for each of its values. */
  readBy(
    kind: 'counter' | 'gauge',
    name: string,
    help: string,
    label: string,
    values: () => Iterable<readonly [string, number]>,
  ): void;
  /** A counter by one label. */
  counter(name: string, help: string, label: string): (value: string) => void;
  readonly contentType: string;
  text(): Promise<string>;
}

/** @param service becomes the label `service` of every metric; names get the prefix `rowhouse_` */
export function createMetrics(service: string): Metrics {
  // Loaded by who has metrics: a launcher starts sooner and smaller without.
  const { Counter, Gauge, Registry } = require('prom-client') as typeof PromClient;
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  const registers = [registry];
  const read: Metrics['read'] = (kind, name, help, value) => {
    const full = `rowhouse_${name}`;
    if (kind === 'gauge') {
      const gauge: PromClient.Gauge = new Gauge({ name: full, help, registers, collect: () => gauge.set(value()) });
      return;
    }
    const counter: PromClient.Counter = new Counter({
      name: full,
      help,
      registers,
      collect: () => {
        counter.reset();
        counter.inc(value());
      },
    });
  };
  const readBy: Metrics['readBy'] = (kind, name, help, label, values) => {
    const options = { name: `rowhouse_${name}`, help, labelNames: [label], registers };
    const collect = () => {
      metric.reset();
      for (const [of, value] of values()) metric.inc({ [label]: of }, value);
    };
    const metric: PromClient.Gauge | PromClient.Counter =
      kind === 'gauge' ? new Gauge({ ...options, collect }) : new Counter({ ...options, collect });
  };
  read('gauge', 'process_resident_memory_bytes', 'Resident memory.', () => process.memoryUsage.rss());
  read('counter', 'process_cpu_seconds_total', 'CPU time, user and system.', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  read('gauge', 'process_uptime_seconds', 'Time since the start of the process.', () => process.uptime());
  return {
    read,
    readBy,
    counter(name, help, label) {
      const counter = new Counter({ name: `rowhouse_${name}`, help, labelNames: [label], registers });
      return (value) => counter.inc({ [label]: value });
    },
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}
