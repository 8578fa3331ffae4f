import { GetBucketLifecycleConfigurationCommand, type LifecycleRule, S3Client } from '@aws-sdk/client-s3';
import type { CloudConfiguration } from '../../configuration/store.ts';
import { passed, warning } from '../findings.ts';
import type { DoctorContext, Finding } from '../types.ts';
import { ruleText } from './rule-text.ts';

const RULE = {
  Rules: [
    {
      ID: 'abort-unfinished-uploads',
      Status: 'Enabled',
      Filter: { Prefix: '' },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 2 },
    },
  ],
};

const CAUSE = 'Parts of uploads that nobody continues are kept and billed.';
const BY_CRON =
  'Sweep once a day, as by cron:\n17 3 * * * mesibo-files sweep --older-than 48h   # and the flags of the store';

/** Looks for a rule that aborts unfinished uploads: parts of abandoned ones are billed until someone removes them. */
export async function bucketLifecycle(
  { call, known }: DoctorContext,
  { bucket, region, endpoint, prefix = 'mesibo' }: CloudConfiguration,
  cli: (command: string) => string,
): Promise<Finding> {
  if (known.server !== null && /^minio\b/i.test(known.server)) {
    // It has no such rule: it refuses one, and clears up by itself.
    return passed(
      'MinIO does it itself, after 24 h unless its setting says otherwise: mc admin config get ALIAS api',
    );
  }
  const client = new S3Client({
    ...(region === undefined ? (endpoint === undefined ? {} : { region: 'us-east-1' }) : { region }),
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    maxAttempts: 1,
  });
  const rule = `${cli(`put-bucket-lifecycle-configuration --bucket ${bucket} --lifecycle-configuration file://lifecycle.json`)}\nwith lifecycle.json:\n${ruleText(RULE)}`;
  // Some stores know no such rules, and say so only when one is set.
  const either = `${rule}\nWhere the store refuses it:\n${BY_CRON}`;
  try {
    const command = new GetBucketLifecycleConfigurationCommand({ Bucket: bucket });
    const { Rules } = await client.send(command, { abortSignal: call().signal });
    const found = Rules?.find((one) => aborts(one, prefix));
    if (found === undefined) return warning('no rule does it', { cause: CAUSE, fix: either });
    return passed(`after ${found.AbortIncompleteMultipartUpload?.DaysAfterInitiation} days`);
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    switch (name) {
      case 'NoSuchLifecycleConfiguration':
        return warning('no rule does it', { cause: CAUSE, fix: either });
      case 'NotImplemented':
        return warning('this store has no such rules', { cause: CAUSE, fix: BY_CRON });
      default:
        return warning(`whether a rule does it can not be seen (${name})`, {
          cause: CAUSE,
          fix: `Look, and if there is none:\n${rule}`,
        });
    }
  } finally {
    client.destroy();
  }
}

function aborts(
  { Status, Filter, Prefix, AbortIncompleteMultipartUpload }: LifecycleRule,
  prefix: string,
): boolean {
  const covered = Filter?.Prefix ?? Prefix ?? '';
  const whole = Filter?.Tag === undefined && Filter?.And === undefined;
  return (
    Status === 'Enabled' &&
    AbortIncompleteMultipartUpload?.DaysAfterInitiation !== undefined &&
    whole &&
    `${prefix}/`.startsWith(covered)
  );
}
