import type { Job, Move } from '../types.ts';

/** What runs inside of the child process. Imported only when wanted, so that each pays for its own modules alone. */
export async function moveOf({ cloud, subject, direction, origin }: Job): Promise<Move> {
  switch (`${cloud}: ${subject} ${direction}`) {
    case 's3: ours upload':
      return (await import('./ours-upload.ts')).oursUpload(origin);
    case 's3: ours download':
      return (await import('./ours-download.ts')).oursDownload(origin);
    case 's3: lib-storage upload':
      return (await import('./lib-storage-upload.ts')).libStorageUpload(origin);
    case 's3: GetObject download':
      return (await import('./get-object-download.ts')).getObjectDownload(origin);
    case 'gcs: ours upload':
      return (await import('./gcs-ours.ts')).gcsUpload(origin, 'session');
    case 'gcs: ours, multipart upload':
      return (await import('./gcs-ours.ts')).gcsUpload(origin, 'multipart');
    case 'gcs: ours download':
      return (await import('./gcs-ours.ts')).gcsDownload(origin);
    case 'gcs: bucket.upload upload':
      return (await import('./gcs-client.ts')).gcsClientUpload(origin);
    case 'gcs: file.download download':
      return (await import('./gcs-client.ts')).gcsClientDownload(origin);
    case 'azure: ours upload':
      return (await import('./azure-ours.ts')).azureUpload(origin, 'crc64');
    case 'azure: ours, MD5 upload':
      return (await import('./azure-ours.ts')).azureUpload(origin, 'md5');
    case 'azure: ours download':
      return (await import('./azure-ours.ts')).azureDownload(origin, 'crc64');
    case 'azure: ours, MD5 download':
      return (await import('./azure-ours.ts')).azureDownload(origin, 'md5');
    case 'azure: uploadFile upload':
      return (await import('./azure-client.ts')).azureClientUpload(origin);
    case 'azure: downloadToFile download':
      return (await import('./azure-client.ts')).azureClientDownload(origin);
    default:
      throw new Error(`${subject} does no ${direction} in ${cloud}`);
  }
}
