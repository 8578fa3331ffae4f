import { AnonymousCredential, ContainerClient, newPipeline, type Pipeline } from '@azure/storage-blob';
import { TransferError } from '@mesibo-files/handler-core';
import {
  MINUTE,
  type SignerCall,
  type StoreClock,
  type StoreFailure,
} from '@mesibo-files/handler-core/provider';
import { answeredBy, readFailure, transferError } from '../format/codes.ts';

/** From this on a refusal is the clock's fault. */
const SKEWED = 4 * MINUTE;

/** What every call of the SDK is given. */
export interface CallOptions {
  readonly abortSignal: AbortSignal;
}

/** `pipeline`: for a client of another URL. */
type Run<Output> = (container: ContainerClient, options: CallOptions, pipeline: Pipeline) => Promise<Output>;

/** What a call came to: its output, or the expected code of the store's refusal. */
type Outcome<Output> = { readonly code: null; readonly output: Output } | { readonly code: string };

/** What the caller needs of the signer. */
interface CallerSettings {
  /** URL of the container. */
  readonly baseUrl: string;
  readonly clock: StoreClock;
  /** Signs the signer's own calls: the answer is their query. */
  readonly query: (call: SignerCall) => Promise<string>;
  /** Told when what signed was refused, so that nothing revoked is kept. */
  readonly onRefused: () => void;
}

/** Calls of the SDK, its retries off: they keep the clock right, and their failures become TransferErrors. */
export class StoreCaller {
  readonly #settings: CallerSettings;
  readonly #pipeline = newPipeline(new AnonymousCredential(), { retryOptions: { maxTries: 1 } });
  /** Whether the store said that it is Azurite. */
  azurite = false;

  constructor(settings: CallerSettings) {
    this.#settings = settings;
  }

  /** Makes one call. `doing` names it in errors; `patience`: how long it may take, in milliseconds. */
  async ask<Output>(doing: string, call: SignerCall, run: Run<Output>, patience?: number): Promise<Output> {
    const outcome = await this.attempt(doing, call, [], run, patience);
    if (outcome.code === null) return outcome.output;
    throw new TransferError('internal', `${doing}: ${outcome.code}`);
  }

  /**
   * Makes one call; a refusal with one of the `expected` codes of the store is an outcome, any other an error. Where
   * the store's clock and ours disagree, ours is corrected and the error is `clock-skewed`: the next call works.
   */
  async attempt<Output>(
    doing: string,
    call: SignerCall,
    expected: readonly string[],
    run: Run<Output>,
    patience: number = MINUTE,
  ): Promise<Outcome<Output>> {
    if (call.signal.aborted) throw new TransferError('stopped', `${doing}: stopped`);
    const { baseUrl, query } = this.#settings;
    const container = new ContainerClient(`${baseUrl}?${await query(call)}`, this.#pipeline);
    const timeout = AbortSignal.timeout(patience);
    const sentAt = Date.now();
    try {
      const options = { abortSignal: AbortSignal.any([call.signal, timeout]) };
      const output = await run(container, options, this.#pipeline);
      return { code: null, output };
    } catch (error) {
      if (call.signal.aborted) throw new TransferError('stopped', `${doing}: stopped`);
      if (timeout.aborted) throw new TransferError('timeout', `${doing}: no answer came`);
      if (TransferError.is(error)) throw error;
      const { server, date } = answeredBy(error);
      if (server !== null) this.azurite = server.startsWith('Azurite');
      const off = date === null ? 0 : this.#settings.clock.learn(date, Date.now() - sentAt);
      const failure = this.#meant(readFailure(error));
      if (failure.status !== null && expected.includes(failure.name)) return { code: failure.name };
      if (isRefusal(failure.status)) this.#settings.onRefused();
      if (Math.abs(off) > SKEWED && isRefusal(failure.status)) {
        throw new TransferError('clock-skewed', `${doing}: the clock was off by ${Math.round(off / 1000)} s`);
      }
      throw transferError(failure, doing);
    }
  }

  /** Azurite says of a wrong signature what Azure says of a firewall. */
  #meant(failure: StoreFailure): StoreFailure {
    return this.azurite && failure.name === 'AuthorizationFailure'
      ? { ...failure, name: 'AuthenticationFailed' }
      : failure;
  }
}

function isRefusal(status: number | null): boolean {
  return status === 400 || status === 401 || status === 403;
}

/** The name of no blob: nothing makes one outside of its folders. */
const NOTHING = 'mesibo-files-looks-whether-it-may';

/**
 * Looks once for a blob that is not there. Any other answer tells what is wrong with account, credentials or container
 * before anything is signed, and every refusal tells the store's time: so a wrong clock is put right here. Whoever asks
 * before the first answer looks, too; a look that failed is repeated by the next.
 */
export function readiness(caller: StoreCaller): (call: SignerCall) => Promise<void> {
  let ready = false;
  const look = async (call: SignerCall): Promise<void> => {
    const found = await caller.attempt(
      'looking at the container',
      call,
      ['BlobNotFound'],
      (container, options) => container.getBlobClient(NOTHING).getProperties(options),
    );
    if (found.code !== null || found.output.etag !== undefined) return;
    throw new TransferError('bad-answer', 'looking at the container: the answer is not of Azure');
  };
  return async (call) => {
    if (ready) return;
    await look(call).catch((error: unknown) => {
      if (TransferError.is(error) && error.code === 'clock-skewed') return look(call);
      throw error;
    });
    ready = true;
  };
}
