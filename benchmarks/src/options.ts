import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import type { Cloud, Scheme } from './types.ts';

export const MIB: number = 1024 * 1024;

export const USAGE = `Usage: npm run bench -- [options]
       npm run bench -- server [options]   the file server on its own disk, under load
       npm run bench -- links [text]   over slow links; only those whose title or direction has this text

Uploads and downloads one file on loopback with mesibo-files and its peers, in turn.
  --cloud C     s3, gcs, azure or all; several with commas or repeated (default s3)
  --only WHAT   upload, download or memory (default: all three)
  --tls         over HTTPS only; --http: over HTTP only (default: both for S3, HTTP for the others)
  --runs N      measured runs of each; one more is thrown away (default 3)
  --size N      MiB to move (default 1024)
  --dir D       folder for the files (default: the system's temp folder)
  --json        one line of JSON with every sample, and nothing else
`;

const CLOUDS: readonly Cloud[] = ['s3', 'gcs', 'azure'];
const PARTS = ['upload', 'download', 'memory'] as const;
type Part = (typeof PARTS)[number];

export interface Options {
  readonly clouds: readonly Cloud[];
  readonly parts: readonly Part[];
  /** Null: those that the cloud is measured over. */
  readonly schemes: readonly Scheme[] | null;
  readonly runs: number;
  /** Bytes. */
  readonly size: number;
  readonly dir: string;
  readonly json: boolean;
  readonly help: boolean;
  /** Measure over slow links instead: all, or those that a text names. Null: do not. */
  readonly links: { readonly only: string | null } | null;
}

/** @throws Error with what is wrong */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      cloud: { type: 'string', multiple: true, default: ['s3'] },
      only: { type: 'string' },
      tls: { type: 'boolean', default: false },
      http: { type: 'boolean', default: false },
      runs: { type: 'string', default: '3' },
      size: { type: 'string', default: '1024' },
      dir: { type: 'string', default: tmpdir() },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const parts = PARTS.filter((part) => values.only === undefined || part === values.only);
  if (parts.length === 0) throw new Error(`--only wants one of ${PARTS.join(', ')}`);
  const [what, only = null] = positionals;
  if (what !== undefined && what !== 'links') throw new Error(`there is no ${what} to be measured`);
  const both = values.tls === values.http;
  return {
    clouds: cloudsOf(values.cloud),
    parts,
    schemes: both ? null : [values.tls ? 'https' : 'http'],
    runs: whole('runs', values.runs, 1, 100),
    size: whole('size', values.size, 16, 65_536) * MIB,
    dir: values.dir,
    json: values.json,
    help: values.help,
    links: what === 'links' ? { only } : null,
  };
}

function cloudsOf(values: readonly string[]): readonly Cloud[] {
  const wanted = values.flatMap((value) => value.split(','));
  const unknown = wanted.filter((name) => name !== 'all' && !CLOUDS.some((cloud) => cloud === name));
  if (unknown.length > 0) throw new Error(`--cloud wants ${CLOUDS.join(', ')} or all`);
  return CLOUDS.filter((cloud) => wanted.includes(cloud) || wanted.includes('all'));
}

function whole(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new Error(`--${name} wants a whole number from ${least} to ${most}`);
}
