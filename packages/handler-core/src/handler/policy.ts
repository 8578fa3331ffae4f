import { CONNECTIVITY, type Connectivity } from '../contract/constants.ts';
import type { MesiboFileTransfer } from '../contract/file-transfer.ts';
import type { AdmissionOptions, UnderWayCounts } from '../runtime/admission.ts';

/** The decision on a transfer that mesibo asks for. */
export type Admission = { readonly admit: true } | { readonly admit: false; readonly reason: string };

/** What the limits are held against. */
export interface Circumstances {
  /** Transfers running or queued. Default none. */
  readonly underWay?: UnderWayCounts;
  /** Time in milliseconds since 1970, for the age of messages. Default the device's. */
  readonly now?: number;
  /** A network of unknown kind need not be spared. Default false. */
  readonly freeIfUnknown?: boolean | undefined;
}

type Asked = Pick<MesiboFileTransfer, 'upload' | 'priority' | 'origin' | 'externalLink' | 'getUrl'> &
  Partial<Pick<MesiboFileTransfer, 'ts'>>;

const ADMIT: Admission = { admit: true };

/**
 * Decides whether a transfer may start or queue now. What a person asked for (priority > 0) always may. By default
 * uploads are queued, never deferred: the user has pressed send, and mesibo would ask again only when the messages are
 * read.
 */
export function admit(
  file: Asked,
  connectivity: Connectivity,
  options: AdmissionOptions,
  circumstances: Circumstances = {},
): Admission {
  const url = file.upload ? null : file.getUrl();
  if (url === '' || (url === null && !file.upload)) return defer('the message has no URL yet');
  if (url !== null && options.relativeUrls === 'defer' && !/^https?:\/\//i.test(url))
    return defer('the URL is a relative one');
  if (file.priority > 0) return ADMIT;
  if (connectivity === CONNECTIVITY.DISCONNECTED && !options.autoOffline) return defer('there is no network');
  const free = circumstances.freeIfUnknown === true && connectivity === CONNECTIVITY.UNKNOWN;
  const metered = connectivity !== CONNECTIVITY.WIFI && !free;
  const { uploads, downloads } = circumstances.underWay ?? { uploads: 0, downloads: 0 };
  if (file.upload) {
    if (metered && !asked(options.autoUpload))
      return defer('automatic uploads are off, and this is not Wi-Fi');
    if (uploads >= options.maxAutoUploads) return defer('enough uploads are under way');
    return ADMIT;
  }
  if (!options.autoOrigins.includes(file.origin)) return defer('the message is an old one');
  if (file.ts && (circumstances.now ?? Date.now()) - file.ts > options.maxAge)
    return defer('the message is too old');
  if (file.externalLink && !options.autoExternalLinks) return defer('it is a link to elsewhere');
  if (metered && !asked(options.autoDownload))
    return defer('automatic downloads are off, and this is not Wi-Fi');
  if (metered && downloads >= options.maxMeteredDownloads)
    return defer('enough downloads are under way, and this is not Wi-Fi');
  return ADMIT;
}

function asked(preference: boolean | (() => boolean)): boolean {
  return typeof preference === 'function' ? preference() : preference;
}

function defer(reason: string): Admission {
  return { admit: false, reason };
}
