import { TransferError } from '@mesibo-files/handler-core';
import { meaningOf, type StoreCodes } from '@mesibo-files/handler-core/provider';

/** Every code of the disk store, whether it comes to the engine in an answer or to the signer as an error. */
export const STORE_CODES: readonly StoreCodes[] = [
  { codes: ['RequestExpired'], means: 'expired', error: 'request-expired' },
  { codes: ['RequestTimeTooSkewed'], means: 'skewed', error: 'clock-skewed' },
  {
    codes: ['SignatureDoesNotMatch', 'UnknownSecret', 'SecretMismatch'],
    means: 'refused',
    error: 'credentials-wrong',
  },
  { codes: ['AccessDenied', 'FolderDenied'], means: 'refused', error: 'access-denied' },
  { codes: ['NoSuchStore'], means: 'refused', error: 'bucket-not-found' },
  { codes: ['NoSuchUpload'], means: 'gone', error: 'upload-gone' },
  { codes: ['NoSuchKey'], means: 'gone', error: 'object-not-found' },
  { codes: ['ObjectExists'], means: 'exists', error: 'object-exists' },
  { codes: ['BadDigest'], means: 'corrupt', error: 'digest-mismatch' },
  { codes: ['EntityTooLarge'], means: 'refused', error: 'file-too-large' },
  { codes: ['DiskFull'], means: 'refused', error: 'quota-exceeded' },
  { codes: ['SlowDown'], means: 'retry', error: 'throttled' },
  { codes: ['SessionBusy', 'DiskFailure', 'InternalError'], means: 'retry', error: 'server-error' },
  { codes: ['MethodNotAllowed'], means: 'refused', error: 'unsupported' },
  { codes: ['InvalidRequest', 'LengthRequired', 'InvalidRange'], means: 'refused', error: 'store-refused' },
];

/** What the store will not do, or can't: the status and code of its answer, and a sentence that gives no secret away. */
export class StoreFault extends Error {
  override readonly name = 'StoreFault';
  readonly status: number;
  /** One of `STORE_CODES`. */
  readonly code: string;
  /** Further headers of the answer. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    message: string,
    { headers = {}, cause }: { headers?: Readonly<Record<string, string>>; cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

type Told = readonly [status: number, code: string, message: string];

const DENIED: Told = [500, 'FolderDenied', 'The server may not read or write its folder.'];

const FULL: Told = [507, 'DiskFull', 'The disk of the server is full, or over its quota.'];

const BUSY: Told = [503, 'SlowDown', 'The server has too many files open.'];

/** Errors of the operating system. */
const BY_ERRNO: Readonly<Record<string, Told>> = {
  ENOSPC: FULL,
  EDQUOT: FULL,
  EFBIG: [413, 'EntityTooLarge', 'The file system takes no file of this size.'],
  EACCES: DENIED,
  EPERM: DENIED,
  EROFS: DENIED,
  ELOOP: [500, 'FolderDenied', 'A symbolic link is in the way, and none is followed.'],
  ENOTDIR: [500, 'FolderDenied', 'A file is in the way where a folder should be.'],
  EMFILE: BUSY,
  ENFILE: BUSY,
  EAGAIN: BUSY,
  EBUSY: BUSY,
};

/** Whether this is that error of the operating system. */
export function isErrno(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

/** Anything that was thrown, as the store tells it. */
export function faultOf(error: unknown): StoreFault {
  if (error instanceof StoreFault) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const known = BY_ERRNO[code];
  if (known !== undefined) return new StoreFault(...known, { cause: error });
  if (/^E[A-Z0-9]+$/.test(code)) {
    return new StoreFault(500, 'DiskFailure', `The disk failed: ${code}.`, { cause: error });
  }
  return new StoreFault(500, 'InternalError', 'The server failed. This is a fault of ours.', {
    cause: error,
  });
}

/** Runs a call of the signer; what the disk does to it comes out as ours. `doing` names it, as in `beginning`. */
export async function told<Answer>(doing: string, run: () => Promise<Answer>): Promise<Answer> {
  try {
    return await run();
  } catch (error) {
    throw TransferError.is(error) ? error : transferError(error, doing);
  }
}

function transferError(error: unknown, doing: string): TransferError {
  const fault = faultOf(error);
  // A fault of ours is no failure of the disk, and is not tried again.
  const known = fault.code === 'InternalError' ? undefined : meaningOf(STORE_CODES, fault.code);
  return new TransferError(known?.error ?? 'internal', `${doing}: ${fault.message}`, {
    cause: fault.cause ?? fault,
    retryable: known?.means === 'retry',
  });
}
