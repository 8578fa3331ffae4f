import type { Cloud, Direction, Sample, Scheme, SubjectName } from './types.ts';

/** A figure of a peer's beside one of ours. */
export interface RatioTarget {
  readonly target: string;
  readonly direction: Direction;
  readonly scheme: Scheme;
  readonly subject: SubjectName;
  readonly peer: SubjectName;
  readonly figure: keyof Sample & ('wall' | 'cpu');
  /** The peer's figure divided by ours is at least this. */
  readonly least: number;
  /** Does as well. */
  readonly or?: RatioTarget;
}

type Figure = RatioTarget['figure'];
type Route = readonly [direction: Direction, scheme: Scheme, subject?: SubjectName];

function ratio(
  [direction, scheme, subject = 'ours']: Route,
  peer: SubjectName,
  figure: Figure,
  least: number,
  wording: string = wordingOf(figure, least),
): RatioTarget {
  const who = subject === 'ours' ? '' : ` (${subject})`;
  const target = `${direction} over ${scheme.toUpperCase()}${who}: ${wording} of ${peer}`;
  return { target, direction, scheme, subject, peer, figure, least };
}

function wordingOf(figure: Figure, least: number): string {
  return figure === 'wall' ? `at least ${least} times the throughput` : `at most 1/${least} of the CPU`;
}

/** What must be reached in each cloud. */
export const RATIOS: Readonly<Record<Cloud, readonly RatioTarget[]>> = {
  s3: [
    ratio(['upload', 'http'], 'lib-storage', 'wall', 4),
    ratio(['upload', 'http'], 'lib-storage', 'cpu', 4),
    ratio(['upload', 'https'], 'lib-storage', 'wall', 3.5),
    ratio(['upload', 'http'], 'curl', 'wall', 0.5),
    ratio(['upload', 'https'], 'curl', 'wall', 0.8),
    ratio(['download', 'http'], 'GetObject', 'wall', 1),
    ratio(['download', 'https'], 'GetObject', 'wall', 2),
  ],
  gcs: [
    ratio(['upload', 'http'], 'bucket.upload', 'wall', 2),
    ratio(['upload', 'http', 'ours, multipart'], 'bucket.upload', 'wall', 2),
    ratio(['download', 'http'], 'file.download', 'wall', 1.5),
  ],
  azure: [
    {
      ...ratio(['upload', 'http'], 'uploadFile', 'wall', 1),
      or: ratio(['upload', 'http', 'ours, MD5'], 'uploadFile', 'cpu', 1 / 1.3, 'at most 1.3 times the CPU'),
    },
    ratio(['download', 'http'], 'downloadToFile', 'wall', 1.5),
  ],
};
