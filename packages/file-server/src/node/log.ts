import { type Level, type Logger, pino, stdTimeFunctions } from 'pino';
import type { ServerEvent } from '../context/events.ts';
import { loggedError } from './log-error.ts';

/** Where a server logs: to standard output from this level on, nowhere, or to your own pino. */
export type LogTarget = Level | 'silent' | Logger;

export function loggerFor(target: LogTarget): Logger {
  return typeof target === 'string' ? pino({ level: target, timestamp: stdTimeFunctions.isoTime }) : target;
}

/** Routes that are asked every few seconds, and tell nothing. */
const QUIET: ReadonlySet<string> = new Set(['healthz', 'readyz', 'metrics']);

/** Logs what happens, one line each. Only what is named here is logged. */
export function logEvents(logger: Logger): (event: ServerEvent) => void {
  return (event) => {
    const { requestId } = event;
    switch (event.type) {
      case 'listening': {
        const { url, maxConnections, maxUploads, descriptors, reduced } = event;
        logger[reduced ? 'warn' : 'debug']({ url, maxConnections, maxUploads, descriptors }, 'listening');
        break;
      }
      case 'started': {
        logger.trace({ requestId, method: event.method, route: event.route }, 'started');
        break;
      }
      case 'request': {
        const { method, route, status, code, uid, bytes } = event;
        const milliseconds = Math.round(event.milliseconds * 10) / 10;
        const line = { requestId, method, route, status, code, milliseconds, uid, bytes };
        logger[QUIET.has(route) && status < 400 ? 'debug' : 'info'](line, 'request');
        break;
      }
      case 'refused': {
        const { method, route, uid, address, key, code, reason } = event;
        logger.info({ requestId, method, route, uid, address, key, code, reason }, 'refused');
        break;
      }
      case 'stored': {
        const { key, size, contentType, sender, via } = event.file;
        logger.info({ requestId, key, size, contentType, uid: sender?.uid ?? null, via }, 'stored');
        break;
      }
      case 'rejected': {
        logger.info({ requestId, code: event.code, reason: event.reason }, 'rejected');
        break;
      }
      case 'removed': {
        logger.info({ requestId, key: event.key, reason: event.reason }, 'removed');
        break;
      }
      case 'fault': {
        logger.error({ requestId, doing: event.doing, error: loggedError(event.error) }, 'fault');
        break;
      }
    }
  };
}
