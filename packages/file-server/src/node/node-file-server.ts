import { createRuntime } from '@mesibo-files/handler-core';
import type { NodeContext } from '../context/context.ts';
import type { ServerEvent } from '../context/events.ts';
import { DEFAULT_LIMITS } from '../context/limits.ts';
import type { FileServerOptions } from '../context/options.ts';
import { downloadRoute } from '../files/node-route.ts';
import type { NodeRoute } from '../http/serve-node.ts';
import { createFileServer, type FileServer } from '../server.ts';
import { planMemory } from '../upload-url/memory.ts';
import type { UploadRouteOptions } from '../upload-url/options.ts';
import { uploadRoute } from '../upload-url/route.ts';
import { descriptorLimit, type Fitted, fitDescriptors } from './descriptors.ts';
import { type Listening, type ListenOptions, listen } from './listen.ts';
import { type NodeListener, nodeListener } from './listener.ts';
import { type LogTarget, logEvents, loggerFor } from './log.ts';
import { createMetrics } from './metrics.ts';
import { type MetricsAccess, metricsRoute } from './metrics-route.ts';
import { type Mount, mountRoute } from './mount.ts';
import { storeProbe } from './store-probe.ts';

/** What a file server on Node is made of. */
export interface NodeFileServerOptions extends FileServerOptions {
  /** Structured logs: from this level on to standard output, `silent`, or your own pino. Default `info`. */
  readonly log?: LogTarget;
  /** Whether `/metrics` is there, and who may read it. Default: it is not. */
  readonly metrics?: MetricsAccess;
  /** How the upload URL, `<baseUrl>/upload`, speaks; false: there is none. Default: mesibo's current protocol. */
  readonly uploadUrl?: UploadRouteOptions | false;
  /** What else is served under the base URL: the disk store's own address. Default: nothing. */
  readonly mounts?: readonly Mount[];
}

/** A file server on Node. */
export interface NodeFileServer extends FileServer {
  /** For `node:http`, Express and Fastify: all of it, streaming uploads included. Nothing may read the body before it. */
  readonly listener: NodeListener;
  /** Connections and uploads at once, after they were fitted into the descriptors that the process may have. */
  readonly fitted: Fitted;
  /** Listens with a server of its own. @throws `invalid-argument` when the port can't be had */
  listen(options?: ListenOptions): Promise<Listening>;
}

/** Makes a file server with everything that Node is needed for. @throws `invalid-argument` that names every mistake */
export function nodeFileServer(options: NodeFileServerOptions): NodeFileServer {
  const { uploadUrl, metrics: access, mounts = [], log: target = 'info', ...shared } = options;
  const { onEvent } = shared;
  const runtime = options.runtime ?? createRuntime();
  const metrics = access === undefined ? null : createMetrics();
  const log = logEvents(loggerFor(target));
  const tell = (event: ServerEvent): void => {
    log(event);
    metrics?.onEvent(event);
    onEvent?.(event);
  };
  const check = options.check ?? ((signal: AbortSignal): Promise<void> => probe(signal));
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const fitted = fitDescriptors(limits, descriptorLimit());
  const { maxConnections, maxUploads } = fitted;
  const server = createFileServer({
    ...shared,
    limits: { ...limits, maxConnections, maxUploads },
    runtime,
    check,
    onEvent: tell,
  });
  const { signer } = server.context;
  if (uploadUrl !== false) planMemory({ ...limits, maxUploads }, signer.local !== undefined);
  const probe = storeProbe(signer, runtime);
  const context: NodeContext = { ...server.context, runtime };
  const routes: readonly NodeRoute[] = [
    ...(uploadUrl === false ? [] : [uploadRoute(uploadUrl)]),
    downloadRoute,
    ...(access === undefined || metrics === null ? [] : [metricsRoute(metrics, access)]),
    ...mounts.map(mountRoute),
  ];
  const listener = nodeListener(server, routes);
  return {
    context,
    fetch: server.fetch,
    settle: server.settle,
    listener,
    fitted,
    listen: async (settings) => {
      const listening = await listen(context, listener, settings);
      tell({ type: 'listening', requestId: 'none', url: listening.url, ...fitted });
      return listening;
    },
  };
}
