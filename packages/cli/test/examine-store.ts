import { systemClock } from '@mesibo-files/handler-core/node';
import type { Clock } from '@mesibo-files/handler-core/provider';
import type { StoreConfiguration } from '../src/configuration/store.ts';
import { doctorContext } from '../src/doctor/context.ts';
import { examine } from '../src/doctor/examine.ts';
import type { CheckResult } from '../src/doctor/types.ts';
import { openStore } from '../src/store/open-store.ts';

export interface Examined {
  readonly results: readonly CheckResult[];
  /** Ids of the checks that failed. */
  readonly failed: readonly string[];
  readonly warned: readonly string[];
  /** What was found out about one. */
  readonly of: (id: string) => CheckResult;
}

export interface ExamineOptions {
  readonly origin?: string | null;
  /** Time that passes at the store instead of here, in milliseconds. */
  readonly passTime?: (milliseconds: number) => void;
}

/** Has doctor look at a store, as the command does. */
export async function examineStore(
  configuration: StoreConfiguration,
  { origin, passTime }: ExamineOptions = {},
): Promise<Examined> {
  const store = await openStore(configuration);
  const clock: Clock =
    passTime === undefined
      ? systemClock
      : {
          ...systemClock,
          after: (milliseconds, callback) => {
            passTime(milliseconds);
            const soon = setImmediate(callback);
            return () => clearImmediate(soon);
          },
        };
  const { signal } = new AbortController();
  const context = doctorContext({
    configuration,
    store,
    signal,
    origin: origin ?? null,
    env: process.env,
    clock,
  });
  const results = await examine(context, () => undefined);
  await store.close();
  const ids = (status: CheckResult['status']): readonly string[] =>
    results.filter((result) => result.status === status).map(({ id }) => id);
  return {
    results,
    failed: ids('failed'),
    warned: ids('warning'),
    of: (id) => {
      const found = results.find((result) => result.id === id);
      if (found === undefined) throw new Error(`there is no check "${id}"`);
      return found;
    },
  };
}
