import { TransferError } from '../../errors/transfer-error.ts';
import type { ReadPlan, Signer } from '../../signer/signer.ts';
import type { TransferContext } from '../request/context.ts';
import { persist } from '../request/retry.ts';

/** The last share of a signed request's time in which no further range is begun with it. */
const MARGIN = 0.1;

/** Holds the read plan of a download, and gets a new one, once for all that wait, when it is too old. */
export class ReadPlanCache {
  readonly #context: TransferContext;
  readonly #signer: Signer;
  readonly #url: string;
  #plan: ReadPlan;
  #until: number;
  #renewing: Promise<void> | null = null;

  private constructor(context: TransferContext, signer: Signer, url: string, plan: ReadPlan) {
    this.#context = context;
    this.#signer = signer;
    this.#url = url;
    this.#plan = plan;
    this.#until = this.#validUntil(plan);
  }

  static async open(context: TransferContext, signer: Signer, url: string): Promise<ReadPlanCache> {
    const plan = await persist(context, () => signer.read(url, { signal: context.signal }));
    return new ReadPlanCache(context, signer, url, plan);
  }

  /** The facts of the object as the first plan stated them. */
  get plan(): ReadPlan {
    return this.#plan;
  }

  /** A plan whose request is good for now. */
  async current(): Promise<ReadPlan> {
    if (this.#context.ports.clock.monotonic() >= this.#until) await this.renew(this.#plan, null);
    return this.#plan;
  }

  /** Replaces this plan; nothing happens if someone did already. @throws `object-changed` */
  async renew(stale: ReadPlan, storeTime: number | null, refusal: string | null = null): Promise<void> {
    if (stale !== this.#plan) return;
    this.#renewing ??= this.#renew(storeTime, refusal).finally(() => {
      this.#renewing = null;
    });
    await this.#renewing;
  }

  async #renew(storeTime: number | null, refusal: string | null): Promise<void> {
    const { signal } = this.#context;
    const call = {
      signal,
      ...(storeTime === null ? {} : { storeTime }),
      ...(refusal === null ? {} : { refusal }),
    };
    const plan = await persist(this.#context, () => this.#signer.read(this.#url, call));
    if (plan.version !== this.#plan.version || plan.size !== this.#plan.size) {
      throw new TransferError('object-changed', 'the object was overwritten while it was being downloaded');
    }
    this.#plan = plan;
    this.#until = this.#validUntil(plan);
  }

  #validUntil(plan: ReadPlan): number {
    return this.#context.ports.clock.monotonic() + plan.request.timeToLive * (1 - MARGIN);
  }
}
