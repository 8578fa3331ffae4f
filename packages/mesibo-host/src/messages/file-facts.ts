import { FILESOURCE, type MesiboFile } from '@mesibo-files/handler-core';
import { contentTypeOf } from '@mesibo-files/handler-core/provider';
import { fileType } from '../device/file-type.ts';
import type { HostFiles } from '../device/node-files.ts';

/** Whether it is the URL of a stored file, and no path. */
export function isWebUrl(content: string): boolean {
  return /^https?:\/\//i.test(content);
}

/** What `setContent` makes of a path, or of the URL of a file that is stored already. */
export function fileFacts(content: string, files: HostFiles): MesiboFile {
  const isUrl = isWebUrl(content);
  const name = isUrl ? nameInUrl(content) : files.name(content);
  return {
    type: fileType(name),
    subtype: 0,
    url: isUrl ? content : null,
    path: isUrl ? '' : content,
    name,
    mimeType: contentTypeOf(name),
    size: isUrl ? 0 : files.size(content),
    progress: 0,
    source: FILESOURCE.MESSAGE,
    object: null,
  };
}

function nameInUrl(url: string): string {
  const [path = ''] = url.split(/[?#]/, 1);
  const last = path.slice(path.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}
