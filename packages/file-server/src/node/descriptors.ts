import { readFileSync } from 'node:fs';
import type { Limits } from '../context/limits.ts';

/** For the listener, the log, and what libraries and the store itself keep open. */
const RESERVED = 64;

/** What one connection can need: its socket, and for a download the file or the store's own connection. */
const OF_CONNECTION = 2;

/** What one upload needs more: the file and what is kept beside it, or connections to the store. */
const OF_UPLOAD = 2;

/** Fewer connections than this are worth a word; the default of 10,000 is only a bound. */
const FEW = 100;

/** What a process may have open, and what it is used for. */
export interface Fitted {
  readonly maxConnections: number;
  readonly maxUploads: number;
  /** Descriptors that the process may have open; null where that can't be told. */
  readonly descriptors: number | null;
  /** There are too few of them for the uploads that were asked for at once, or for 100 connections. */
  readonly reduced: boolean;
}

/** Descriptors that this process may have open; null where the system does not tell. Node raises it to the hard limit itself. */
export function descriptorLimit(): number | null {
  try {
    const [, soft = ''] = /^Max open files +(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return soft === 'unlimited' ? null : Number(soft) || null;
  } catch {
    return null;
  }
}

/**
 * Fits connections and uploads at once into so many descriptors, so that the process never runs out of them: then not
 * even a refusal could be sent.
 */
export function fitDescriptors(
  { maxConnections, maxUploads }: Pick<Limits, 'maxConnections' | 'maxUploads'>,
  descriptors: number | null,
): Fitted {
  if (descriptors === null) return { maxConnections, maxUploads, descriptors, reduced: false };
  const room = Math.max(OF_CONNECTION + OF_UPLOAD, descriptors - RESERVED);
  const most = Math.max(1, Math.floor(room / 2 / (OF_CONNECTION + OF_UPLOAD)));
  const uploads = Math.min(maxUploads, most);
  const connections = Math.floor((room - uploads * OF_UPLOAD) / OF_CONNECTION);
  return {
    maxConnections: Math.min(maxConnections, Math.max(1, connections)),
    maxUploads: uploads,
    descriptors,
    reduced: uploads < maxUploads || connections < Math.min(FEW, maxConnections),
  };
}
