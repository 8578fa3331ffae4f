import type { TransferEvent } from '@mesibo-files/handler-core';
import { Bar } from './bar.ts';
import type { Io } from './io.ts';
import { Lines } from './lines.ts';
import type { ProgressView, ShownTransfer } from './progress-view.ts';

/** A bar in a terminal, lines in a file or a pipe, nothing where only JSON is wanted. */
export function progressView(io: Io, transfer: ShownTransfer, json: boolean): ProgressView {
  if (json)
    return { update: () => undefined, resumed: () => undefined, note: () => undefined, end: () => undefined };
  const terminal = io.stderr.isTTY === true && io.env.TERM !== 'dumb';
  return terminal ? new Bar(io.stderr, transfer) : new Lines(io.stderr, transfer);
}

/** Shows what happens to a transfer. */
export function showEvent(view: ProgressView, event: TransferEvent, size: (bytes: number) => string): void {
  if (event.type === 'resumed') view.resumed(event.bytes);
  const note = noteOf(event, size);
  if (note !== null) view.note(note);
}

/** What a person may want to know of what happens to a transfer; null for what shows by itself. */
function noteOf(event: TransferEvent, size: (bytes: number) => string): string | null {
  if (event.type === 'resumed') return `resuming: ${size(event.bytes)} are stored`;
  if (event.type === 'journal-failed') {
    const { code, message } = event.error;
    return `this upload can't be continued later: ${code}: ${message}; name a folder that can be written by --journal DIR`;
  }
  if (event.type !== 'retrying') return null;
  const seconds = (event.delay / 1000).toFixed(1);
  return `${event.error.code}: ${event.error.message}; next attempt in ${seconds} s`;
}
