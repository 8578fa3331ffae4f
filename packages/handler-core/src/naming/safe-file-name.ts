import { trimEnd } from './trim.ts';
import { trueName } from './true-name.ts';
import { truncateName } from './truncate.ts';

/** The most bytes of a file name on ext4, APFS and most others; NTFS takes 255 UTF-16 units, which are never more. */
const MAX_FILE_NAME_BYTES = 255;

/** Names that Windows keeps for devices, with any extension. */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?=\s*(?:\.|$))/i;

/** Windows takes these off the end, and so opens another file than was named. */
const TRAILING = '. ';

/** Whether Windows takes this for a device, in whatever folder it stands. */
export function isDeviceName(name: string): boolean {
  return DEVICE.test(name);
}

/**
 * Whether Windows would open something else than a file of this name in its folder: a device, or a stream within another
 * file, as in `a.txt:hidden`.
 */
export function isTrickName(name: string): boolean {
  return isDeviceName(name) || name.includes(':') || trimEnd(name, TRAILING) !== name;
}

/**
 * A name under which a file may be created in any folder on Linux, macOS and Windows: of `trueName`'s, in its own
 * script, with `< > : " | ? *` as `_`, no dot or space at its end, no device's name, at most 255 bytes of UTF-8 with the
 * extension kept. Never empty. It does not make the name unique.
 */
export function safeFileName(name: string): string {
  const harmless = trimEnd(trueName(name).replace(/[<>:"|?*]/g, '_'), TRAILING);
  const named = isDeviceName(harmless) ? `_${harmless}` : harmless;
  const short = trimEnd(truncateName(named, MAX_FILE_NAME_BYTES), TRAILING);
  return short === '' ? 'file' : short;
}
