import { TransferError } from '../errors/transfer-error.ts';
import { normaliseMediaType } from '../naming/media-type.ts';
import { trueName } from '../naming/true-name.ts';
import type { Clock } from '../ports/ports.ts';
import type { BeginCall, FileFacts } from '../signer/signer.ts';
import { checkFileFacts, type KeySettings, keyFor } from './file-facts.ts';
import type { CommonTicketFacts } from './ticket-facts.ts';

/** What the beginning of an upload depends on, whatever the store. */
export interface BeginSettings extends KeySettings {
  /** As it stands in tickets. */
  readonly bucket: string;
  /** The most bytes of one file. */
  readonly maxSize: number;
  /** What a stream of no stated length is good for, in bytes: as many parts of the wanted size as there may be. */
  readonly streamSize: number;
}

/** What a type becomes that is too long once it is written anew. */
const UNKNOWN = 'application/octet-stream';

/**
 * Checks a file, gives it a key, and puts together what every ticket holds.
 * @throws `invalid-argument`, `file-too-large`
 */
export function beginFacts(
  settings: BeginSettings,
  clock: Pick<Clock, 'now'>,
  file: FileFacts,
  { staging = 'none' }: Pick<BeginCall, 'staging'> = {},
): CommonTicketFacts {
  checkFileFacts(file);
  return {
    bucket: settings.bucket,
    key: keyFor(settings, clock, file),
    size: file.size,
    maxSize: mostBytes(settings, file),
    contentType: normaliseMediaType(file.contentType) ?? UNKNOWN,
    name: trueName(file.name),
    uid: file.uid,
    mid: String(file.mid),
    source: file.source,
    secure: file.secure ?? false,
    staging,
    transferId: file.transferId,
    begunAt: Math.round(clock.now()),
  };
}

function mostBytes({ maxSize, streamSize }: BeginSettings, file: FileFacts): number {
  if (file.size === null) return Math.min(file.maxSize ?? streamSize, maxSize);
  if (file.size <= maxSize) return file.size;
  throw new TransferError('file-too-large', `${file.size} bytes are more than the ${maxSize} allowed`);
}
