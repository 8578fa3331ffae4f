export { AzuriteMissing } from './azure/azurite.ts';
export type { AzureContainerOptions, AzureServerOptions } from './azure/start-azure.ts';
export { type FaultProxy, type FaultProxyOptions, startFaultProxy } from './faults/start-fault-proxy.ts';
export type {
  ActiveFault,
  Fault,
  FaultAction,
  FaultMatch,
  FaultRequest,
  RecordedRequest,
} from './faults/types.ts';
export type { ServiceAccountOptions } from './gcs/auth/service-account.ts';
export type { GcsBucketOptions, GcsServerOptions } from './gcs/start-gcs.ts';
export type { GcsCorsRule } from './gcs/store/types.ts';
export type { S3BucketOptions, S3ServerOptions } from './s3/start-s3.ts';
export type { S3CorsRule } from './s3/store/types.ts';
export type { S3Credentials } from './s3/types.ts';
export {
  type AzureConnection,
  type GcsConnection,
  type LocalCloud,
  type LocalCloudOptions,
  type S3Connection,
  startLocalCloud,
} from './start-local-cloud.ts';
