import { execFile } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import { type CloudDigests, digestsRepeated, type PieceDigests, pieceOf } from './digests.ts';
import { MIB } from './options.ts';

/** A store's object: what the block, repeated to this size, amounts to. */
export interface ServedObject extends CloudDigests {
  readonly size: number;
  /** Base64. */
  readonly crc32: string;
}

/** The folder of one run of the benchmark. */
export interface Files {
  readonly folder: string;
  /** Random bytes. Every file here is this block over and over, and so is every object that the store serves. */
  readonly block: string;
  readonly cert: string;
  readonly key: string;
  /** Where downloads go. */
  readonly target: string;
  /** A file of this many bytes, in the page cache since it was written just now. */
  input(size: number): string;
  object(size: number): ServedObject;
  /** The block itself, as one piece of a file. */
  piece(): { readonly bytes: Buffer; readonly digests: PieceDigests };
  remove(): Promise<void>;
}

const BLOCK = 8 * MIB;

export async function makeFiles(dir: string): Promise<Files> {
  const folder = await mkdtemp(join(dir, 'mesibo-files-bench-'));
  const at = (name: string): string => join(folder, name);
  const block = randomFillSync(Buffer.allocUnsafe(BLOCK));
  writeFileSync(at('block'), block);
  await selfSigned(at('cert.pem'), at('key.pem'));
  const inputs = new Set<number>();
  return {
    folder,
    block: at('block'),
    cert: at('cert.pem'),
    key: at('key.pem'),
    target: at('target'),
    input(size) {
      const path = at(`input-${size}`);
      if (!inputs.has(size)) writeRepeated(path, block, size);
      inputs.add(size);
      return path;
    },
    piece: () => ({ bytes: block, digests: pieceOf(block) }),
    object: (size) => ({ size, crc32: crcRepeated(block, size), ...digestsRepeated(block, size) }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

function* pieces(block: Buffer, size: number): Generator<Buffer> {
  for (let left = size; left > 0; left -= block.length) yield block.subarray(0, Math.min(left, block.length));
}

function writeRepeated(path: string, block: Buffer, size: number): void {
  const file = openSync(path, 'w');
  for (const piece of pieces(block, size)) writeSync(file, piece);
  closeSync(file);
}

function crcRepeated(block: Buffer, size: number): string {
  let value = 0;
  for (const piece of pieces(block, size)) value = crc32(piece, value);
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes.toString('base64');
}

/** A certificate for a day, made by the openssl command. */
async function selfSigned(cert: string, key: string): Promise<void> {
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'];
  const files = ['-keyout', key, '-out', cert];
  await promisify(execFile)('openssl', ['req', '-x509', ...curve, '-days', '1', ...names, ...files]);
}
