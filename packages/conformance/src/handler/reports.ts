import { CheckFailed, check, equal, present } from '../check/check.ts';
import type { SortedStore } from '../harness/store.ts';
import type { RecordedTransfer, Report } from './recorded-transfer.ts';

type Result = Extract<Report, { kind: 'result' }>;

/** Waits until something holds. @throws when it does not within so many milliseconds */
export async function until(
  holds: () => boolean | Promise<boolean>,
  what: string,
  within = 20_000,
): Promise<void> {
  const end = performance.now() + within;
  while (!(await holds())) {
    if (performance.now() > end) throw new CheckFailed(`expected within ${within} ms that ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
}

/** Waits until the store holds nothing unfinished: a handler cleans up in the background where that takes a while. */
export async function cleanedUp({
  bench,
}: {
  readonly bench: { readonly store: SortedStore };
}): Promise<void> {
  const { store } = bench;
  await until(async () => (await store.unfinished()) === 0, 'no upload is unfinished in the store');
  await until(async () => (await store.waiting()).length === 0, 'nothing waits in the store');
}

/** The results reported so far. */
export function resultsOf(transfer: RecordedTransfer): readonly Result[] {
  return transfer.reports.filter((report) => report.kind === 'result');
}

/** Waits for the result, and a little longer, and checks every rule about reports. */
export async function resultOf(transfer: RecordedTransfer): Promise<Result> {
  await until(() => resultsOf(transfer).length > 0, 'the transfer has a result');
  await new Promise((resolve) => setTimeout(resolve, 8));
  checkReports(transfer);
  return present(resultsOf(transfer)[0], 'a result');
}

/** One result at most and nothing after it; progress whole, within bounds, never back, and 100 only with success. */
export function checkReports({ reports, upload }: RecordedTransfer): void {
  const results = reports.filter((report) => report.kind === 'result');
  check(results.length <= 1, `setResult is called once, not ${results.length} times`);
  const [result] = results;
  if (result) equal(reports.at(-1), result, 'the last report');
  let before = 0;
  for (const report of reports) {
    if (report.kind !== 'progress') continue;
    check(Number.isInteger(report.percent), `${report.percent} is whole`);
    check(report.percent >= 0 && report.percent <= 100, `${report.percent} is from 0 to 100`);
    check(report.percent >= before, `progress does not go back from ${before} to ${report.percent}`);
    before = report.percent;
  }
  if (before === 100) check(result === undefined || result.success, 'nothing that failed was at 100');
  if (before === 100 && upload)
    check(result?.success === true, 'an upload is at 100 only when it has succeeded');
}
