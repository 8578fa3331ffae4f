import stringWidth from 'string-width';

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** A size for people: `64.0 MiB`. */
export function bytes(count: number): string {
  let [value, unit] = [count, 0];
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

/** In megabytes of a million bytes; empty while no time has passed. */
export function megabytesPerSecond(count: number, seconds: number): string {
  return seconds > 0 ? (count / 1e6 / seconds).toFixed(1) : '';
}

/** Without the characters that would act on the terminal. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}

/** Exactly so many columns wide, cut or filled; wide characters count twice, as terminals draw them. */
export function fit(text: string, columns: number): string {
  const shortened = shorten(text, columns);
  return shortened + ' '.repeat(columns - stringWidth(shortened));
}

/** At most so many columns wide; what is cut is shown by `…`, and the extension is kept. */
export function shorten(text: string, columns: number): string {
  const clean = printable(text);
  if (stringWidth(clean) <= columns) return clean;
  const ending = `…${/\.[^.]{1,5}$/u.exec(clean)?.[0] ?? ''}`;
  let start = '';
  for (const { segment } of new Intl.Segmenter().segment(clean)) {
    if (stringWidth(start + segment + ending) > columns) break;
    start += segment;
  }
  return start + ending;
}
