import prettyBytes from 'pretty-bytes';
import stringWidth from 'string-width';

/** A size for people: `64.0 MiB`. */
export function bytes(count: number): string {
  return prettyBytes(count, {
    binary: true,
    ...(count < 1024 ? {} : { minimumFractionDigits: 1, maximumFractionDigits: 1 }),
  });
}

/** Megabytes of a million bytes in a second; empty while no time has passed. */
export function speed(count: number, seconds: number): string {
  return seconds > 0 ? `${(count / 1e6 / seconds).toFixed(1)} MB/s` : '';
}

/** How long it still takes, for people: `42s`, `3m05s`, `2h10m`. */
export function timeLeft(seconds: number): string {
  const whole = Math.ceil(seconds);
  const two = (number: number): string => String(number).padStart(2, '0');
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m${two(whole % 60)}s`;
  return whole < 100 * 3600 ? `${Math.floor(whole / 3600)}h${two(Math.floor(whole / 60) % 60)}m` : '';
}

/** Without the characters that would act on the terminal. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}

/** Exactly so many columns wide, cut or filled; the extension of a name that is cut is kept. */
export function fit(text: string, columns: number): string {
  const shortened = shorten(printable(text), columns);
  return shortened + ' '.repeat(columns - stringWidth(shortened));
}

function shorten(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  const ending = `…${/\.[^.]{1,5}$/u.exec(text)?.[0] ?? ''}`;
  let start = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (stringWidth(start + segment + ending) > columns) break;
    start += segment;
  }
  return start + ending;
}

/** Lines of at most so many columns, broken at spaces; a word that is longer stays whole, so that it can be copied. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/ +/)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && stringWidth(longer) > columns) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}
