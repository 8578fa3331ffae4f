/**
 * The file of a message (`message.getFile()` on Android and iOS, `m.file` in JavaScript and Python).
 * Source: `Mesibo.h` 2.9.0, `MesiboFile`.
 */
export interface MesiboFile {
  /** One of `FILETYPE`. */
  type: number;
  /** Undocumented; carried as it is. */
  subtype: number;
  /** The durable URL; null before the upload has ended (our reading). */
  url: string | null;
  /** Local path. */
  path: string;
  /** File name as the sender had it, or null. */
  name: string | null;
  mimeType: string | null;
  /** Bytes. */
  size: number;
  /** Percent, 0 to 100. */
  progress: number;
  /** One of `FILESOURCE`. */
  source: number;
  /** The app's own object. Since 2.4.0. */
  object: unknown;
}
