import { TransferError } from '../errors/transfer-error.ts';
import { fileUrlFor } from '../naming/file-url.ts';
import { cleanPrefix } from '../naming/object-key.ts';

/** Collects what is wrong with a provider's options, so that all of it is told at once. */
export class OptionChecks {
  readonly #provider: string;
  readonly #mistakes: string[] = [];

  /** `provider` stands before the list, as in `S3`. */
  constructor(provider: string) {
    this.#provider = provider;
  }

  /** Notes the mistake unless `good`. It names the option first, as in `partSize: 5 MiB to 5 GiB`. */
  check(good: boolean, mistake: string): void {
    if (!good) this.#mistakes.push(mistake);
  }

  /** @throws `invalid-argument` that names every mistake */
  end(): void {
    if (this.#mistakes.length === 0) return;
    throw new TransferError('invalid-argument', `${this.#provider} options: ${this.#mistakes.join('; ')}.`);
  }
}

/** Whether this can be the prefix of keys. */
export function isPrefix(prefix: string): boolean {
  return succeeds(() => cleanPrefix(prefix));
}

/** Whether file URLs can be made under this URL. */
export function isBaseUrl(url: string | undefined): boolean {
  return url === undefined || succeeds(() => fileUrlFor(url, 'key'));
}

/** Whether this is a whole number within these bounds. */
export function isWhole(value: number, least: number, most: number): boolean {
  return Number.isSafeInteger(value) && value >= least && value <= most;
}

/** Whether this can be sent as a header's value as it stands. */
export function isHeaderValue(value: string | undefined): boolean {
  return value === undefined || /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(value);
}

function succeeds(call: () => unknown): boolean {
  try {
    call();
    return true;
  } catch {
    return false;
  }
}
