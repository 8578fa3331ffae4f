import type { HandlerTest } from './handler-test.ts';
import { until } from './reports.ts';

/** Waits until a request of this direction is held by a fault, after this many were let through and answered. */
export async function held(
  test: HandlerTest,
  direction: 'upload' | 'download',
  letThrough: number,
): Promise<void> {
  const seen = (): number => test.faults.requests.filter((each) => each.direction === direction).length;
  const before = seen();
  await until(
    () => seen() > before + letThrough - 1 && seen() > letThrough,
    `the ${direction} request arrives`,
  );
  await until(
    () =>
      test.faults.requests.filter((each) => each.direction === direction && each.status !== null).length >=
      letThrough,
    'what was let through is answered',
  );
  await new Promise((resolve) => setTimeout(resolve, 15));
}
