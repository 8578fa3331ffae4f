import { MIB } from './options.ts';
import type { Cloud, Direction, Scheme, SubjectName } from './types.ts';

/** How a cloud is measured. */
interface CloudSetting {
  readonly title: string;
  readonly subjects: Readonly<Record<Direction, readonly SubjectName[]>>;
  /** Bytes that each process moves before it is measured. */
  readonly warmUp: number;
  /** What is measured unless it is said on the command line. */
  readonly schemes: readonly Scheme[];
  /** Whether peak memory by size is looked at: it is the engine's, whatever the cloud. */
  readonly memory: boolean;
}

/** What takes turns in each cloud; ours is the one that the tables compare with. */
export const CLOUD_SETTINGS: Readonly<Record<Cloud, CloudSetting>> = {
  s3: {
    title: 'Amazon S3',
    subjects: {
      upload: ['ours', 'lib-storage', 'curl'],
      download: ['ours', 'GetObject', 'curl'],
    },
    warmUp: 128 * MIB,
    schemes: ['http', 'https'],
    memory: true,
  },
  gcs: {
    title: 'Google Cloud Storage',
    subjects: {
      upload: ['ours', 'ours, multipart', 'bucket.upload', 'curl'],
      download: ['ours', 'file.download', 'curl'],
    },
    warmUp: 128 * MIB,
    schemes: ['http'],
    memory: false,
  },
  azure: {
    title: 'Azure Blob Storage',
    subjects: {
      upload: ['ours', 'ours, MD5', 'uploadFile', 'curl'],
      download: ['ours', 'ours, MD5', 'downloadToFile', 'curl'],
    },
    // More than 256 MiB, or uploadFile would send it in one request and go another way when it is measured.
    warmUp: 320 * MIB,
    schemes: ['http'],
    memory: false,
  },
};
