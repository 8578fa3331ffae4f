import { ERROR_CODES, type ErrorCode } from './codes.ts';

/** Survives two copies of this package in one process, where `instanceof` does not. */
const BRAND = Symbol.for('mesibo-files.TransferError');

export interface TransferErrorOptions {
  /** What went wrong underneath; kept for people, never acted on. */
  readonly cause?: unknown;
  /** Overrides what {@link ERROR_CODES} says of the code. */
  readonly retryable?: boolean;
  /** Overrides the hint of the code, where more is known about what to do. */
  readonly hint?: string;
  /** How long the other side asked us to wait, in milliseconds. */
  readonly retryAfter?: number;
}

/**
 * The one error of mesibo-files. Act on `code`, never on the message. It never carries a secret, a token, a ticket or
 * a signed URL.
 */
export class TransferError extends Error {
  override readonly name = 'TransferError';
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly hint: string;
  /** Milliseconds the other side asked us to wait, or undefined. */
  readonly retryAfter: number | undefined;

  constructor(code: ErrorCode, message: string, options: TransferErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? ERROR_CODES[code].retryable;
    this.hint = options.hint ?? ERROR_CODES[code].hint;
    this.retryAfter = options.retryAfter;
    Object.defineProperty(this, BRAND, { value: true });
  }

  /** True for a TransferError of any copy of this package. */
  static is(value: unknown): value is TransferError {
    return typeof value === 'object' && value !== null && BRAND in value;
  }

  /** The value itself when it is a TransferError, else one with code `internal` (or the given one) around it. */
  static from(value: unknown, code: ErrorCode = 'internal'): TransferError {
    if (TransferError.is(value)) return value;
    return new TransferError(code, value instanceof Error ? value.message : String(value), { cause: value });
  }
}
