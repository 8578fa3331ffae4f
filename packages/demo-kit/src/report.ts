import { TransferError } from '@mesibo-files/handler-core';
import Table from 'cli-table3';
import { bytes, megabytesPerSecond, printable, shorten } from './text.ts';
import type { CheckedDelivery } from './verify.ts';

/** Two digests of 64 digits must fit a terminal of 80 columns, so they have rows of their own. */
const NARROWEST = 80;
/** Columns of size, seconds and MB/s up, seconds and MB/s down. */
const FIGURES = [11, 11, 9, 11, 9];
/** Border and space at both sides of a row. */
const FRAME = 4;

/** Prints what travelled: a row of figures for each file, and below it both digests and the URL, in full. */
export function report(deliveries: readonly CheckedDelivery[], files: number): void {
  if (deliveries.length > 0) {
    console.log(`\n${tableOf(deliveries, process.stdout.columns ?? Number.POSITIVE_INFINITY)}`);
  }
  const intact = deliveries.filter((delivery) => delivery.intact).length;
  console.log(`${intact} of ${files} file${files === 1 ? '' : 's'} arrived as sent, byte for byte.`);
}

/** @param columns - width of the terminal; in a narrower one than 80 the lines wrap */
export function tableOf(deliveries: readonly CheckedDelivery[], columns: number): string {
  const longest = Math.max(...deliveries.map(({ url }) => url.length)) + FRAME;
  const width = Math.max(NARROWEST, Math.min(columns, longest));
  const name = width - FIGURES.reduce((sum, each) => sum + each + 1, 2);
  const table = new Table({
    head: ['File', 'Size', 'Upload', 'MB/s', 'Download', 'MB/s'],
    colWidths: [name, ...FIGURES],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  });
  for (const delivery of deliveries) {
    table.push(figuresOf(delivery, name - 2), [{ colSpan: 6, content: detailsOf(delivery, width - FRAME) }]);
  }
  return table.toString();
}

function figuresOf(delivery: CheckedDelivery, columns: number): string[] {
  const { name, bytes: size, uploadSeconds, downloadSeconds } = delivery;
  const times = [uploadSeconds, downloadSeconds].flatMap((seconds) => [
    `${seconds.toFixed(2)} s`,
    megabytesPerSecond(size, seconds),
  ]);
  return [shorten(name, columns), bytes(size), ...times];
}

function detailsOf({ sent, arrived, intact, url }: CheckedDelivery, columns: number): string {
  return [
    'SHA-256 of what was sent',
    sent,
    `SHA-256 of what arrived: ${intact ? 'the same' : 'DIFFERENT'}`,
    arrived,
    'URL in the message',
    ...linesOf(printable(url), columns),
  ].join('\n');
}

/** A text in lines of so many characters. */
function linesOf(text: string, columns: number): readonly string[] {
  const characters = [...text];
  const count = Math.ceil(characters.length / columns);
  return Array.from({ length: count }, (_, line) =>
    characters.slice(line * columns, (line + 1) * columns).join(''),
  );
}

/** One line for what went wrong, and one for what can be done. */
export function reportError(error: unknown): void {
  const { code, message, hint } = TransferError.from(error);
  console.error(`error ${code}: ${printable(message)}\n hint: ${printable(hint)}`);
}
