import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import type { Scheme } from './types.ts';

export const MIB: number = 1024 * 1024;

export const USAGE = `Usage: npm run bench -- [options]

Uploads and downloads one file on loopback with mesibo-files and its peers, in turn.
  --only WHAT   upload, download or memory (default: all three)
  --tls         over HTTPS only; --http: over HTTP only (default: both)
  --runs N      measured runs of each; one more is thrown away (default 3)
  --size N      MiB to move (default 1024)
  --dir D       folder for the files (default: the system's temp folder)
  --json        one line of JSON with every sample, and nothing else
`;

const PARTS = ['upload', 'download', 'memory'] as const;
type Part = (typeof PARTS)[number];

export interface Options {
  readonly parts: readonly Part[];
  readonly schemes: readonly Scheme[];
  readonly runs: number;
  /** Bytes. */
  readonly size: number;
  readonly dir: string;
  readonly json: boolean;
  readonly help: boolean;
}

/** @throws Error with what is wrong */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
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
  const both = values.tls === values.http;
  return {
    parts,
    schemes: both ? ['http', 'https'] : [values.tls ? 'https' : 'http'],
    runs: whole('runs', values.runs, 1, 100),
    size: whole('size', values.size, 16, 65_536) * MIB,
    dir: values.dir,
    json: values.json,
    help: values.help,
  };
}

function whole(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new Error(`--${name} wants a whole number from ${least} to ${most}`);
}
