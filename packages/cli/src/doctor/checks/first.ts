import { digestsOf } from '../digests.ts';
import { failed, passed, warning } from '../findings.ts';
import { firstError, firstFile } from '../first-file.ts';
import type { Check, FirstFile } from '../types.ts';
import { told } from '../wire.ts';

const REGION_CODES =
  /^(AuthorizationHeaderMalformed|AuthorizationQueryParametersError|PermanentRedirect|TemporaryRedirect|IllegalLocationConstraintException)$/;

const region: Check = {
  id: 'region',
  title: "the region is the bucket's",
  needs: ['reach'],
  run: async (context) => {
    const first = await firstFile(context);
    const right = rightRegion(first);
    if (first.error?.code === 'invalid-argument') {
      const fix = 'Write --region, or set AWS_REGION.';
      return failed(first.error.message, {
        cause: 'Neither a flag nor the SDK says in which region the bucket is.',
        fix,
      });
    }
    const { region: stated } = context.configuration.provider === 's3' ? context.configuration : {};
    if (right === null && stated !== undefined && first.sent !== null && signedRegion(first) !== stated) {
      return warning(`${signedRegion(first)}, and not ${stated}`, {
        cause: `The bucket is in ${signedRegion(first)}. The store says so at the first request of each process, which costs that one a second try.`,
        fix: `--region ${signedRegion(first)}`,
      });
    }
    if (right === null) return passed(signedRegion(first));
    const found = first.sent === null ? '' : told(first.sent.answer.status, first.sent.read.code);
    return failed(found, {
      cause: `The bucket${right === '' ? ' is in another region' : ` is in ${right}`}, and requests are signed for ${signedRegion(first)}.`,
      fix:
        right === ''
          ? 'aws s3api get-bucket-location --bucket BUCKET   # then write it as --region'
          : `--region ${right}`,
    });
  },
};

/** The region that the store names as the right one, empty where it only says that ours is wrong; null where it does not. */
function rightRegion({ sent }: FirstFile): string | null {
  if (sent === null || sent.read.means === 'done') return null;
  const { headers, body } = sent.answer;
  const named = headers['x-amz-bucket-region'] ?? /<Region>([a-z0-9-]+)<\/Region>/.exec(body)?.[1];
  if (!REGION_CODES.test(sent.read.code ?? '')) return null;
  const redirect = /Redirect|Location/.test(sent.read.code ?? '');
  return named ?? (redirect || /region/i.test(body) ? '' : null);
}

/** The region that requests are signed for, as it stands in them. */
function signedRegion({ sent }: FirstFile): string {
  const scope = sent === null ? null : new URL(sent.sample.request.url).searchParams.get('X-Amz-Credential');
  return scope?.split('/')[2] ?? "the SDK's";
}

const credentials: Check = {
  id: 'credentials',
  title: 'the credentials are found and accepted',
  needs: ['reach', 'region'],
  run: async (context) => {
    const { advice } = context;
    const error = firstError(await firstFile(context));
    switch (error?.code) {
      case 'credentials-missing':
        return failed(`${error.code}: ${error.message}`, advice.credentialsMissing);
      case 'credentials-wrong':
      case 'unauthorised':
        return failed(`${error.code}: ${error.message}`, advice.credentialsWrong);
      default:
        return passed('');
    }
  },
};

const bucket: Check = {
  id: 'bucket',
  title: 'the bucket exists',
  needs: ['credentials'],
  run: async (context) => {
    const error = firstError(await firstFile(context));
    if (error?.code === 'bucket-not-found') {
      return failed(`${error.code}: ${error.message}`, context.advice.bucketMissing);
    }
    return passed('');
  },
};

const put: Check = {
  id: 'put',
  title: 'a small file can be stored',
  needs: ['bucket'],
  permission: 'store',
  run: async (context) => {
    const first = await firstFile(context);
    const error = firstError(first);
    if (first.sent === null || error !== null) throw error;
    return passed(told(first.sent.answer.status, null));
  },
};

const head: Check = {
  id: 'look',
  title: 'what is stored can be looked at',
  needs: ['put'],
  permission: 'read',
  run: async (context) => {
    const { signer, call, known, leftovers } = context;
    const { sent } = await firstFile(context);
    if (sent === null) return failed('nothing was sent', UNEXPLAINED);
    const { sample } = sent;
    const { ticket } = sample.plan;
    const size = sample.body.length;
    const parts = [{ number: 1, size, digests: digestsOf(signer, sample.plan.integrity.parts, sample.body) }];
    const digests = digestsOf(signer, sample.plan.integrity.whole, sample.body);
    // Commits as after a lost answer, so that the commit looks instead of believing.
    const commit = await signer.commit(ticket, { size, parts, digests, answered: false }, call());
    if (commit.state !== 'stored') {
      const why = commit.state === 'refused' ? `${commit.code}: ${commit.reason}` : commit.state;
      return failed(why, {
        cause: 'The store said that it has the file, but what it shows is not what was sent.',
        fix: 'Look whether --endpoint leads to a cache or a proxy, and let requests reach the store itself.',
      });
    }
    known.sample = { ...sample, object: commit.object };
    leftovers.add({ signer, url: commit.object.url, ticket, whole: true });
    const { kind } = commit.object.integrity;
    if (kind === 'none') {
      return warning('size and type are as sent', {
        cause: 'The store keeps no digest of the file, so downloads are compared by size alone.',
        fix: 'Use a store that keeps checksums, or leave out --checksum none.',
      });
    }
    return passed('size, type and digest are as sent');
  },
};

const UNEXPLAINED = { cause: 'An earlier check has failed.', fix: 'Put that right first.' };

export const FIRST_CHECKS: readonly Check[] = [region, credentials, bucket, put, head];
