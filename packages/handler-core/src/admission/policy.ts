import { CONNECTIVITY, type Connectivity } from '../contract/constants.ts';
import type { MesiboFileTransfer } from '../contract/file-transfer.ts';
import type { AdmissionOptions } from './options.ts';

/** What is decided of a transfer when mesibo asks for it. */
export type Admission = { readonly admit: true } | { readonly admit: false; readonly reason: string };

const ADMIT: Admission = { admit: true };

/**
 * Decides whether a transfer may start or queue now. What a person asked for (priority > 0) always may. Uploads are
 * queued, never deferred: the user has pressed send, and mesibo would ask again only when the messages are read.
 */
export function admit(
  file: Pick<MesiboFileTransfer, 'upload' | 'priority' | 'origin' | 'externalLink' | 'getUrl'>,
  connectivity: Connectivity,
  options: AdmissionOptions,
): Admission {
  if (!file.upload && !file.getUrl()) return defer('the message has no URL yet');
  if (file.priority > 0) return ADMIT;
  if (connectivity === CONNECTIVITY.DISCONNECTED) return defer('there is no network');
  if (file.upload) return ADMIT;
  if (!options.autoOrigins.includes(file.origin)) return defer('the message is an old one');
  if (file.externalLink && !options.autoExternalLinks) return defer('it is a link to elsewhere');
  const preferred =
    typeof options.autoDownload === 'function' ? options.autoDownload() : options.autoDownload;
  if (connectivity !== CONNECTIVITY.WIFI && !preferred)
    return defer('automatic downloads are off, and this is not Wi-Fi');
  return ADMIT;
}

function defer(reason: string): Admission {
  return { admit: false, reason };
}
