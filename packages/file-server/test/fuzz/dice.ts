import { seededRandom } from '@mesibo-files/handler-core/testing';

/** Made once: chance byte by byte takes longer than the server. */
const POOL = Buffer.from(seededRandom(1).bytes(256 * 1024));

/** Chance that is the same in every run of a seed. */
export class Dice {
  readonly #random: ReturnType<typeof seededRandom>;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  /** A whole number from 0 to below this. */
  below(bound: number): number {
    return Math.floor(this.#random.fraction() * bound);
  }

  /** True so often, from 0 to 1. */
  chance(share: number): boolean {
    return this.#random.fraction() < share;
  }

  pick<Value>(values: readonly [Value, ...Value[]]): Value {
    return values[this.below(values.length)] ?? values[0];
  }

  /** Bytes that look random; a copy, to be changed at will. */
  bytes(count: number): Buffer {
    const at = this.below(POOL.length - count);
    return Buffer.from(POOL.subarray(at, at + count));
  }

  /** The text with a few of its bytes changed, taken out or doubled. */
  damaged(bytes: Buffer): Buffer {
    let result = bytes;
    for (let left = 1 + this.below(3); left > 0; left -= 1) {
      const at = this.below(result.length + 1);
      const to = Math.min(result.length, at + this.below(40));
      const [before, piece, after] = [result.subarray(0, at), result.subarray(at, to), result.subarray(to)];
      const kind = this.below(4);
      if (kind === 0) result = Buffer.concat([before, after]);
      else if (kind === 1) result = Buffer.concat([before, piece, piece, after]);
      else if (kind === 2) result = Buffer.concat([before, this.bytes(piece.length), after]);
      else result = Buffer.concat([before, this.bytes(1 + this.below(8)), piece, after]);
    }
    return result;
  }
}

/** What programs stumble over. */
export const NASTY: readonly [string, ...string[]] = [
  '',
  ' ',
  '0',
  '-1',
  '1e3',
  '0x10',
  '1.5',
  'NaN',
  'null',
  'true',
  '18446744073709551615',
  '18446744073709551616',
  '-9223372036854775808',
  '-9223372036854775809',
  '99999999999999999999999999999999',
  '٣',
  'a\u0000b',
  '../../etc/passwd',
  '..\\..\\windows',
  '/absolute',
  'C:\\file',
  '%00',
  '%2e%2e%2f',
  '%ff%fe',
  '%',
  'a%zzb',
  '\ud800',
  '\u202egpj.exe',
  '"quoted"',
  'semi;colon',
  '__proto__',
  'constructor',
  'toString',
  '{"$gt":""}',
  '{{7*7}}',
  '<script>alert(1)</script>',
  '🐈'.repeat(300),
  'x'.repeat(10_000),
];
