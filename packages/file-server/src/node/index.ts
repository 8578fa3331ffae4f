export type { UploadRouteOptions } from '../upload-url/options.ts';
export type { Fitted } from './descriptors.ts';
export type { Ending } from './draining.ts';
export type { Listening, ListenOptions } from './listen.ts';
export type { NodeListener } from './listener.ts';
export type { LogTarget } from './log.ts';
export type { MetricsAccess } from './metrics-route.ts';
export type { Mount } from './mount.ts';
export { type NodeFileServer, type NodeFileServerOptions, nodeFileServer } from './node-file-server.ts';
export {
  type Rate,
  type RateLimiterOptions,
  type RateSource,
  rateLimiter,
  type SharedCounters,
} from './rate-limiter.ts';
