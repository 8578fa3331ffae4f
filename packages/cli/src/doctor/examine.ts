import { type ErrorCode, TransferError } from '@mesibo-files/handler-core';
import type { Provider } from '../configuration/store.ts';
import { CORS_CHECKS } from './checks/cors.ts';
import { FIRST_CHECKS } from './checks/first.ts';
import { EXPIRY_CHECKS, GUARD_CHECKS } from './checks/guards.ts';
import { largeChecks } from './checks/large.ts';
import { LASTING_CHECKS } from './checks/lasting.ts';
import { REACH_CHECKS, wayRemedy } from './checks/reach.ts';
import { DELETE_CHECKS, READ_CHECKS } from './checks/reading.ts';
import { serverChecks } from './checks/server.ts';
import { failed, passed, skipped } from './findings.ts';
import type { Advice, Check, CheckResult, DoctorContext, Finding, Remedy } from './types.ts';

/** All checks, in the order in which they are made. */
function checksFor({ configuration }: DoctorContext): readonly Check[] {
  const all = [
    ...REACH_CHECKS,
    ...FIRST_CHECKS,
    ...READ_CHECKS,
    ...GUARD_CHECKS,
    ...largeChecks(),
    ...(configuration.provider === 'remote' ? serverChecks(configuration) : []),
    ...CORS_CHECKS,
    ...EXPIRY_CHECKS,
    ...DELETE_CHECKS,
    ...LASTING_CHECKS,
  ];
  const foreign = FOREIGN[configuration.provider];
  return all.filter(({ id }) => !foreign.includes(id));
}

/** Checks that mean nothing to a store: regions are S3's, and a disk is reached over no network. */
const FOREIGN: Readonly<Record<Provider, readonly string[]>> = {
  s3: [],
  gcs: ['region'],
  azure: ['region'],
  disk: ['reach', 'tls', 'clock', 'region', 'public-list', 'cors-upload', 'cors-download', 'cors-expose'],
  remote: ['region', 'public-list'],
};

/**
 * Makes every check whose needs have not failed, then removes what they have stored; whatever happens, also when it is
 * stopped. Each result is told as it comes.
 */
export async function examine(
  context: DoctorContext,
  onResult: (result: CheckResult) => void,
): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  const blocked = new Set<string>();
  const add = (result: CheckResult): void => {
    results.push(result);
    onResult(result);
  };
  try {
    for (const check of checksFor(context)) {
      context.signal.throwIfAborted();
      const missing = check.needs.find((id) => blocked.has(id));
      const result = missing === undefined ? await make(context, check) : blockedBy(check, missing);
      if (missing !== undefined || result.status === 'failed') blocked.add(check.id);
      add(result);
    }
  } finally {
    const stuck = await context.leftovers.clear(() => ({ signal: AbortSignal.timeout(30_000) }));
    add(leftoverResult(stuck, context));
    await context.close();
  }
  return results;
}

async function make(context: DoctorContext, check: Check): Promise<CheckResult> {
  const startedAt = context.clock.monotonic();
  const finding = await check.run(context).catch((error: unknown) => {
    context.signal.throwIfAborted();
    return failure(context, check, TransferError.from(error));
  });
  const milliseconds = Math.round(context.clock.monotonic() - startedAt);
  return { id: check.id, title: check.title, ...finding, milliseconds };
}

function failure({ advice }: DoctorContext, { permission }: Check, error: TransferError): Finding {
  const denied = error.code === 'access-denied' || error.code === 'forbidden';
  const remedy = wayRemedy(error, advice.address) ??
    (denied && permission !== undefined ? advice.allow(permission) : knownRemedy(advice, error.code)) ?? {
      cause: error.message,
      fix: error.hint,
    };
  return failed(`${error.code}: ${error.message}`, remedy);
}

function knownRemedy(advice: Advice, code: ErrorCode): Remedy | null {
  switch (code) {
    case 'credentials-missing':
      return advice.credentialsMissing;
    case 'credentials-wrong':
    case 'unauthorised':
      return advice.credentialsWrong;
    case 'bucket-not-found':
      return advice.bucketMissing;
    case 'server-error':
    case 'quota-exceeded':
      return advice.failing;
    case 'unsupported':
      return advice.refusesHeaders;
    default:
      return null;
  }
}

function blockedBy({ id, title }: Check, missing: string): CheckResult {
  const finding = skipped(`needs "${missing}", which did not pass`);
  return { id, title, ...finding, blockedBy: missing, milliseconds: 0 };
}

function leftoverResult(
  { stuck, kept }: Awaited<ReturnType<DoctorContext['leftovers']['clear']>>,
  { advice }: DoctorContext,
): CheckResult {
  const finding =
    stuck.length === 0
      ? passed(kept.length === 0 ? '' : `but ${kept.length} files that this server lets nobody remove`)
      : failed(`${stuck.length} could not be removed`, {
          cause: `What doctor stored may still be there:\n${stuck.join('\n')}`,
          fix: `Remove it by hand, and allow what was refused:\n${advice.allow('delete').fix}`,
        });
  return { id: 'leftovers', title: 'nothing is left behind', ...finding, milliseconds: 0 };
}
