import { TransferError } from '@mesibo-files/handler-core';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { ServerEvent } from '../context/events.ts';
import { Refusal } from '../http/refusal.ts';

/** Counts what happens. */
export interface Metrics {
  readonly onEvent: (event: ServerEvent) => void;
  /** In Prometheus's text format. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** Seconds: from a signature to the upload of gigabytes. */
const DURATIONS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800];

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']);

/** Makes the metrics of one server: labels are names of routes and codes, never what a client wrote. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const named = <Label extends string>(
    name: string,
    help: string,
    ...labelNames: readonly Label[]
  ): { name: string; help: string; labelNames: readonly Label[]; registers: Registry[] } => ({
    name: `mesibo_files_${name}`,
    help,
    labelNames,
    registers: [registry],
  });
  const requests = new Counter(named('requests_total', 'Answered requests.', 'route', 'method', 'status'));
  const durations = new Histogram({
    ...named('request_duration_seconds', 'From the headers of a request to its answer.', 'route'),
    buckets: DURATIONS,
  });
  const running = new Gauge(named('requests_running', 'Requests being answered now.', 'route'));
  const bytes = new Counter(named('bytes_total', "Files' bytes that passed through.", 'route'));
  const stored = new Counter(named('stored_total', 'Files stored.', 'via'));
  const storedBytes = new Counter(named('stored_bytes_total', 'Bytes of the files stored.', 'via'));
  const refused = new Counter(named('refused_total', 'Requests refused for who sent them.', 'route', 'code'));
  const removed = new Counter(named('removed_total', 'Files removed for clients.'));
  const rejected = new Counter(named('rejected_total', 'Uploads that a commit refused.', 'code'));
  const faults = new Counter(named('faults_total', 'Faults of server, store or hooks.', 'doing', 'code'));
  return {
    onEvent: (event) => {
      switch (event.type) {
        case 'started': {
          running.inc({ route: event.route });
          break;
        }
        case 'request': {
          const { route, status } = event;
          const method = METHODS.has(event.method) ? event.method : 'other';
          requests.inc({ route, method, status });
          durations.observe({ route }, event.milliseconds / 1000);
          running.dec({ route });
          bytes.inc({ route }, event.bytes);
          break;
        }
        case 'refused': {
          refused.inc({ route: event.route, code: event.code });
          break;
        }
        case 'stored': {
          const { via, size } = event.file;
          stored.inc({ via });
          storedBytes.inc({ via }, size);
          break;
        }
        case 'rejected': {
          rejected.inc({ code: event.code });
          break;
        }
        case 'removed': {
          removed.inc();
          break;
        }
        case 'fault': {
          faults.inc({ doing: event.doing, code: codeOf(event.error) });
          break;
        }
      }
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

/** Codes of ours are few; those of libraries may be anything. */
function codeOf(error: unknown): string {
  return TransferError.is(error) || error instanceof Refusal ? error.code : 'unknown';
}
