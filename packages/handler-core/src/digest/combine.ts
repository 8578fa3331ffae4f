import { TransferError } from '../errors/transfer-error.ts';
import { fromBase64, toBase64 } from './base64.ts';
import type { DigestAlgorithm } from './hash.ts';

/** A CRC whose bits are reflected and whose first and last value is all ones, as those of all stores are. */
interface CrcKind {
  readonly bits: bigint;
  /** The polynomial, reflected. */
  readonly polynomial: bigint;
}

const KINDS: Readonly<Partial<Record<DigestAlgorithm, CrcKind>>> = {
  crc32: { bits: 32n, polynomial: 0xedb88320n },
  crc32c: { bits: 32n, polynomial: 0x82f63b78n },
  crc64nvme: { bits: 64n, polynomial: 0x9a6c9329ac4bc9b5n },
};

/** The product of two reflected polynomials, modulo the CRC's own. */
function multiply(kind: CrcKind, left: bigint, right: bigint): bigint {
  let product = 0n;
  let shifted = right;
  for (let mask = 1n << (kind.bits - 1n); mask > 0n; mask >>= 1n) {
    if (left & mask) product ^= shifted;
    shifted = shifted & 1n ? (shifted >> 1n) ^ kind.polynomial : shifted >> 1n;
  }
  return product;
}

/** x to the power of 8 times the length, modulo the CRC's polynomial: what so many zero bytes do to a CRC. */
function powerOf(kind: CrcKind, length: number): bigint {
  let power = 1n << (kind.bits - 1n);
  let square = 1n << (kind.bits - 9n); // x^8: one byte.
  for (let rest = BigInt(length); rest > 0n; rest >>= 1n) {
    if (rest & 1n) power = multiply(kind, square, power);
    square = multiply(kind, square, square);
  }
  return power;
}

/** Parts are of one size but for the last, so the last power worked out is nearly always the next one wanted. */
const lastPower = new Map<CrcKind, { readonly length: number; readonly power: bigint }>();

function cachedPower(kind: CrcKind, length: number): bigint {
  const last = lastPower.get(kind);
  if (last?.length === length) return last.power;
  const power = powerOf(kind, length);
  lastPower.set(kind, { length, power });
  return power;
}

function numberOf(bits: bigint, digest: string): bigint {
  const bytes = fromBase64(digest);
  if (bytes === null || BigInt(bytes.length) * 8n !== bits) {
    throw new TransferError('invalid-argument', `A CRC of ${bits} bits was expected, in base64.`);
  }
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

function digestOf(bits: bigint, value: bigint): string {
  const bytes = new Uint8Array(Number(bits) / 8);
  bytes.forEach((_, index) => {
    bytes[index] = Number((value >> (bits - 8n - BigInt(index) * 8n)) & 0xffn);
  });
  return toBase64(bytes);
}

/** Whether the digest of a whole can be put together from those of its pieces: true of the CRCs. */
export function isCombinable(algorithm: DigestAlgorithm): boolean {
  return KINDS[algorithm] !== undefined;
}

/**
 * The digest of two pieces of bytes, one after the other, out of the digest of each. Digests are base64, most
 * significant byte first. The method is that of zlib's `crc32_combine`.
 *
 * @param secondLength - bytes of the second piece, a whole number from 0
 * @throws `unsupported` unless {@link isCombinable}; `invalid-argument` for what is no such digest or length
 */
export function combineDigests(
  algorithm: DigestAlgorithm,
  first: string,
  second: string,
  secondLength: number,
): string {
  const kind = KINDS[algorithm];
  if (kind === undefined) throw new TransferError('unsupported', `${algorithm} can not be combined.`);
  if (!Number.isSafeInteger(secondLength) || secondLength < 0) {
    throw new TransferError('invalid-argument', 'A length is a whole number from 0.');
  }
  const moved = multiply(kind, cachedPower(kind, secondLength), numberOf(kind.bits, first));
  return digestOf(kind.bits, moved ^ numberOf(kind.bits, second));
}
