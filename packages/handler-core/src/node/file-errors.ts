import type { ErrorCode } from '../errors/codes.ts';
import { TransferError } from '../errors/transfer-error.ts';

const READING: Readonly<Record<string, ErrorCode>> = {
  ENOENT: 'file-not-found',
  ENOTDIR: 'file-not-found',
  ENAMETOOLONG: 'file-not-found',
  ELOOP: 'file-not-found',
  EISDIR: 'file-not-a-file',
  EACCES: 'file-unreadable',
  EPERM: 'file-unreadable',
  ERR_INVALID_ARG_VALUE: 'invalid-argument',
};

const WRITING: Readonly<Record<string, ErrorCode>> = {
  ENOENT: 'target-folder-missing',
  ENOTDIR: 'target-folder-missing',
  EACCES: 'target-not-writable',
  EPERM: 'target-not-writable',
  EROFS: 'target-not-writable',
  EISDIR: 'target-not-writable',
  ENAMETOOLONG: 'target-not-writable',
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full',
  EFBIG: 'disk-full',
  ERR_INVALID_ARG_VALUE: 'invalid-argument',
};

/** An error of the operating system, while reading a file, as ours. */
export function readingError(error: unknown, path: string): TransferError {
  return convert(error, READING, `reading ${JSON.stringify(path)}`);
}

/** An error of the operating system, while writing a file, as ours. */
export function writingError(error: unknown, path: string): TransferError {
  return convert(error, WRITING, `writing ${JSON.stringify(path)}`);
}

function convert(error: unknown, codes: Readonly<Record<string, ErrorCode>>, doing: string): TransferError {
  if (TransferError.is(error)) return error;
  const code =
    error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
  return new TransferError(codes[code] ?? 'file-io', `${doing}: ${code}`, { cause: error });
}
