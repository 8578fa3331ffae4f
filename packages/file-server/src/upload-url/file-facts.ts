import { contentTypeFor, trueName } from '@mesibo-files/handler-core/provider';
import type { FileHead } from './multipart.ts';

/** A file's name with no folder, and its type with no parameters. */
export function fileFacts({ name: stated, contentType }: FileHead): {
  readonly name: string;
  readonly contentType: string;
} {
  const name = trueName(stated);
  const [essence = ''] = contentTypeFor(contentType, name).split(';', 1);
  return { name, contentType: essence };
}
