import * as fc from 'fast-check';
import { type Script, script } from './steps.ts';
import { Violation, World } from './world.ts';

/** What a world was caught at, with all that is needed to see it again. */
export interface Finding {
  readonly seed: number;
  readonly kind: string;
  readonly message: string;
  /** The shortest script that was found to show it. */
  readonly script: Script;
  /** What happened in it. */
  readonly story: readonly string[];
}

/** How worlds are looked at. */
export interface SimulateOptions {
  /** Kinds of violations that are known and passed over. Default none. */
  readonly except?: readonly string[];
  /** For so many milliseconds a script that shows a violation is made shorter. Default 60,000. */
  readonly shrinkFor?: number;
  /** Whether errors carry where they were made; they are slow to make then. Default false. */
  readonly traces?: boolean;
}

/** Plays a script to its end. Null: nothing was found. */
export async function play(
  script: Script,
  options: SimulateOptions = {},
): Promise<{ readonly violation: Violation; readonly story: readonly string[] } | null> {
  const world = new World(script.setting, new Set(options.except));
  const onRejection = (reason: unknown): void => {
    const what = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
    world.fail('unhandled rejection', what);
  };
  process.on('unhandledRejection', onRejection);
  // Traces of expected errors take longer than all the rest.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = options.traces === true ? stackTraceLimit : 0;
  try {
    for (const step of script.steps) await world.take(step);
    await world.end();
    // A rejection is told of only after the turn in which nobody listened to it.
    await new Promise((resolve) => setImmediate(resolve));
    return world.violation === null ? null : { violation: world.violation, story: world.story };
  } catch (error) {
    const violation =
      error instanceof Violation
        ? error
        : new Violation('the simulator failed', String((error as Error).stack));
    return { violation, story: world.story };
  } finally {
    process.off('unhandledRejection', onRejection);
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Makes a world of a seed, and plays it. What is found is made as short as it goes, keeping its kind. */
export async function simulate(seed: number, options: SimulateOptions = {}): Promise<Finding | null> {
  let kind: string | null = null;
  let last: Omit<Finding, 'seed'> | null = null;
  const holds = fc.asyncProperty(fc.noBias(script), async (one) => {
    const found = await play(one, options);
    if (found === null || (kind !== null && found.violation.kind !== kind)) return true;
    kind = found.violation.kind;
    last = { kind, message: found.violation.message, script: one, story: found.story };
    return false;
  });
  const { shrinkFor = 60_000 } = options;
  const { errorInstance } = await fc.check(holds, {
    seed,
    numRuns: 1,
    endOnFailure: shrinkFor === 0,
    interruptAfterTimeLimit: shrinkFor === 0 ? 600_000 : shrinkFor,
  });
  if (last === null && errorInstance !== null && errorInstance !== undefined) throw errorInstance;
  return last === null ? null : { seed, ...(last as Omit<Finding, 'seed'>) };
}
