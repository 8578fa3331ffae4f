import { DAY, GIB, KIB, MIB, MINUTE, SECOND, TIB } from '@mesibo-files/handler-core/provider';

type Units = ReadonlyMap<string, number>;

/** Binary, whatever is written: nobody means 1,000,000 by the 1M of a file's limit. */
const BYTES: Units = new Map([
  ['', 1],
  ['k', KIB],
  ['m', MIB],
  ['g', GIB],
  ['t', TIB],
]);

const MILLISECONDS: Units = new Map([
  ['ms', 1],
  ['s', SECOND],
  ['m', MINUTE],
  ['h', 60 * MINUTE],
  ['d', DAY],
]);

/** Bytes of a text as in `200MiB`, `5g` or `1048576`; null for any other. */
export function readSize(text: string): number | null {
  return read(text.toLowerCase().replace(/(?<=[kmgt])i?b$|b$/, ''), BYTES);
}

/** Milliseconds of a text as in `24h`, `90m`, `30s` or `2d`; null for any other, one with no unit too. */
export function readDuration(text: string): number | null {
  return read(text.toLowerCase(), MILLISECONDS);
}

function read(text: string, units: Units): number | null {
  const [, digits = '', unit = ''] = /^(\d{1,15}(?:\.\d{1,3})?) *([a-z]*)$/.exec(text.trim()) ?? [];
  const factor = digits === '' ? undefined : units.get(unit);
  const value = factor === undefined ? Number.NaN : Math.round(Number(digits) * factor);
  return Number.isSafeInteger(value) ? value : null;
}
