import type { Digests } from '../../digest/hash.ts';
import { TransferError } from '../../errors/transfer-error.ts';
import type { SessionPlan } from '../../signer/plan.ts';
import type { HeaderTemplate } from '../../signer/session-dialect.ts';

/** The numbers that a session's headers are written from. */
export interface ChunkPlace {
  /** Offset of the chunk's first byte. */
  readonly first: number;
  /** Bytes of the chunk; 0 for asking and finishing. */
  readonly size: number;
  /** Bytes of the file, or null while unknown. */
  readonly total: number | null;
}

/** Writes a session's headers. @throws `internal` for a placeholder that means nothing. */
export function writeHeaders(
  templates: readonly HeaderTemplate[],
  place: ChunkPlace,
  digests: Digests = {},
): Record<string, string> {
  const values: Readonly<Record<string, string | undefined>> = {
    first: String(place.first),
    last: String(place.first + place.size - 1),
    next: String(place.first + place.size),
    size: String(place.size),
    total: place.total === null ? '*' : String(place.total),
    ...digests,
  };
  const write = (template: string): string =>
    template.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = values[name];
      if (value === undefined) throw new TransferError('internal', `a session's header wants {${name}}`);
      return value;
    });
  return Object.fromEntries(templates.map(({ name, value }) => [name.toLowerCase(), write(value)]));
}

/** How many bytes the session holds, as an answer states it. @throws `bad-answer` */
export function offsetOf(plan: SessionPlan, headers: Readonly<Record<string, string>>): number {
  const { header, prefix, counts, absent } = plan.dialect.offset;
  const value = headers[header.toLowerCase()];
  if (value === undefined) return absent;
  const digits = value.startsWith(prefix) ? value.slice(prefix.length).trim() : '';
  if (!/^\d{1,16}$/.test(digits))
    throw new TransferError('bad-answer', `the session states its offset as "${value}"`);
  return Number(digits) + (counts === 'last' ? 1 : 0);
}
