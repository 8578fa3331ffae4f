import { ORIGIN, type Origin } from '@mesibo-files/handler-core';
import { safeFileName } from '@mesibo-files/handler-core/provider';
import { type JavaScriptMessage, offers, property } from './shapes.ts';

/** The URL of the message's file; null where it has none (yet). */
export function urlOf(message: JavaScriptMessage): string | null {
  const url = property(message, 'file')?.url;
  return typeof url === 'string' && url !== '' ? url : null;
}

/** A name to save the file under: the sender's or the URL's last part, fit for any file system. */
export function nameOf(message: JavaScriptMessage, url: string): string {
  const given = offers(message, 'getFileName') ? message.getFileName() : null;
  return safeFileName(given || property(message, 'file')?.name || lastName(url));
}

/** Where the message came from. One that does not say is an old one: nothing is downloaded unasked. */
export function originOf(message: JavaScriptMessage): Origin {
  if (offers(message, 'isRealtimeMessage') && message.isRealtimeMessage()) return ORIGIN.REALTIME;
  if (offers(message, 'isPendingMessage') && message.isPendingMessage()) return ORIGIN.PENDING;
  if (offers(message, 'isDbSummaryMessage') && message.isDbSummaryMessage()) return ORIGIN.DBSUMMARY;
  return ORIGIN.DBMESSAGE;
}

/** The message's id, unsigned 64-bit; 0n where it has none that is whole: numbers above 2^53 have lost digits. */
export function midOf(message: JavaScriptMessage): bigint {
  const mid = offers(message, 'getMessageId') ? message.getMessageId() : property(message, 'mid');
  if (typeof mid === 'bigint') return BigInt.asUintN(64, mid);
  if (typeof mid === 'string' && /^-?\d{1,20}$/.test(mid)) return BigInt.asUintN(64, BigInt(mid));
  return Number.isSafeInteger(mid) ? BigInt.asUintN(64, BigInt(Number(mid))) : 0n;
}

/** The message's time in milliseconds since 1970; 0 where it says none. */
export function timeOf(message: JavaScriptMessage): number {
  const time = Number(property(message, 'ts') ?? 0);
  return Number.isFinite(time) ? time : 0;
}

/** Whether the sender protected the file, by the name of today or the earlier one. */
export function isSecure(message: JavaScriptMessage): boolean {
  return property(message, 'signedFiles') === true || property(message, 'secureDownload') === true;
}

function lastName(url: string): string {
  try {
    return decodeURIComponent(new URL(url).pathname.split('/').at(-1) ?? '');
  } catch {
    return '';
  }
}
