import { MIB } from '../options.ts';
import type { LinkFacts } from './start-link.ts';

/** A link and what goes over it. */
export interface LinkCase {
  readonly title: string;
  readonly link: LinkFacts;
  /** Bits a second that the bandwidth allows: what a ratio of 1 is. */
  readonly allows: number;
  readonly direction: 'upload' | 'download';
  /** Bytes of each file; all at once. */
  readonly files: readonly number[];
}

const MBIT = 1_000_000;

const FAR: LinkFacts = { delay: 50, each: null, whole: 100 * MBIT };
const LOSSY: LinkFacts = { delay: 300, each: 2 * MBIT, whole: null };
const NARROW: LinkFacts = { delay: 200, each: null, whole: MBIT };
const SECOND_GENERATION: LinkFacts = { delay: 600, each: null, whole: 20_000 };

/** Of a link that limits each connection, sixteen are what there may be. */
export const LINK_CASES: readonly LinkCase[] = [
  ...(['upload', 'download'] as const).flatMap((direction): LinkCase[] => [
    { title: '50 ms, 100 Mbit/s', link: FAR, allows: 100 * MBIT, direction, files: [64 * MIB] },
    {
      title: '300 ms, 2 Mbit/s a connection',
      link: LOSSY,
      allows: 32 * MBIT,
      direction,
      files: [48 * MIB],
    },
    {
      title: '200 ms, 1 Mbit/s in all',
      link: NARROW,
      allows: MBIT,
      direction,
      files: [MIB, MIB, MIB, MIB],
    },
  ]),
  {
    title: '600 ms, 20 kbit/s in all',
    link: SECOND_GENERATION,
    allows: 20_000,
    direction: 'upload',
    files: [100 * 1024],
  },
];
