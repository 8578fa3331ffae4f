import { createHash } from 'node:crypto';
import { CRC32C } from '@google-cloud/storage';
import { combineDigests, tableHash, toBase64 } from '@mesibo-files/handler-core/provider';

/** Digests of a repeated block, in base64 as each cloud's metadata state them. */
export interface CloudDigests {
  /** By Google's own library. */
  readonly crc32c: string;
  readonly crc64nvme: string;
  /** MD5 of the MD5s of pieces, and their size in bytes: the pieces are the block, the last perhaps cut. */
  readonly md5Pieces: string;
  readonly pieceSize: number;
  /** Of the block, and of what the last one is cut to, by their bytes. */
  readonly pieces: Readonly<Record<number, PieceDigests>>;
}

/** What a piece is sent with to Azure. */
export interface PieceDigests {
  readonly crc64nvme: string;
  readonly md5: string;
}

type Combinable = 'crc32c' | 'crc64nvme';

/** Worked out of one block and of the rest, so that the size costs nothing. */
export function digestsRepeated(block: Buffer, size: number): CloudDigests {
  const count = Math.floor(size / block.length);
  const rest = block.subarray(0, size % block.length);
  const whole = (algorithm: Combinable, digest: (bytes: Buffer) => string): string => {
    const one = digest(block);
    let total = digest(Buffer.alloc(0));
    for (let n = 0; n < count; n++) total = combineDigests(algorithm, total, one, block.length);
    return combineDigests(algorithm, total, digest(rest), rest.length);
  };
  return {
    crc32c: whole('crc32c', crc32cOf),
    crc64nvme: whole('crc64nvme', crc64Of),
    md5Pieces: md5OfMd5s(block, count, rest),
    pieceSize: block.length,
    pieces: Object.fromEntries([block, rest].map((bytes) => [bytes.length, pieceOf(bytes)])),
  };
}

/** Worked out of the bytes as they are. */
export function pieceOf(bytes: Buffer): PieceDigests {
  return { crc64nvme: crc64Of(bytes), md5: createHash('md5').update(bytes).digest('base64') };
}

function crc32cOf(bytes: Buffer): string {
  const crc = new CRC32C();
  crc.update(bytes);
  return crc.toString();
}

function crc64Of(bytes: Buffer): string {
  const hasher = tableHash.create('crc64nvme');
  if (hasher === undefined) throw new Error('there is no WebAssembly to work out CRC-64 with');
  hasher.update(bytes);
  return toBase64(hasher.digest());
}

function md5OfMd5s(block: Buffer, count: number, rest: Buffer): string {
  const md5 = (bytes: Buffer): Buffer => createHash('md5').update(bytes).digest();
  const one = md5(block);
  const combined = createHash('md5');
  for (let n = 0; n < count; n++) combined.update(one);
  if (rest.length > 0) combined.update(md5(rest));
  return combined.digest('base64');
}
