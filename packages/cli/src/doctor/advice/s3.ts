import type { CloudConfiguration } from '../../configuration/store.ts';
import type { Advice, Permission, Remedy } from '../types.ts';
import { ruleText } from './rule-text.ts';
import { bucketLifecycle } from './s3-lifecycle.ts';

/** Actions of IAM, and whether they are of the bucket or of its objects. */
const ACTIONS: Readonly<Record<Permission, readonly [action: string, of: 'bucket' | 'objects']>> = {
  store: ['s3:PutObject', 'objects'],
  read: ['s3:GetObject', 'objects'],
  delete: ['s3:DeleteObject', 'objects'],
  list: ['s3:ListBucket', 'bucket'],
  'list-parts': ['s3:ListMultipartUploadParts', 'objects'],
  'abort-parts': ['s3:AbortMultipartUpload', 'objects'],
  'list-uploads': ['s3:ListBucketMultipartUploads', 'bucket'],
  'read-lifecycle': ['s3:GetLifecycleConfiguration', 'bucket'],
};

const EXPOSED = ['content-range', 'retry-after', 'date'];

export function s3Advice(configuration: CloudConfiguration, env: NodeJS.ProcessEnv): Advice {
  const { bucket, region, endpoint } = configuration;
  const own = endpoint || env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL;
  const cli = (command: string): string => `aws s3api ${command}${own ? ` --endpoint-url ${own}` : ''}`;
  return {
    address: own || amazonAddress(region || env.AWS_REGION || env.AWS_DEFAULT_REGION),
    allow: (permission) => allow(configuration, permission),
    credentialsMissing: {
      cause: 'The SDK found no credentials: no variables, no profile, no role.',
      fix: 'export AWS_ACCESS_KEY_ID=…\nexport AWS_SECRET_ACCESS_KEY=…\nor set AWS_PROFILE, or give the machine a role. To see what is found: aws sts get-caller-identity',
    },
    credentialsWrong: {
      cause: 'The access key is not known to this store, its secret is wrong, or it was revoked.',
      fix: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY again, as a pair (with AWS_SESSION_TOKEN for temporary ones). To see whose they are: aws sts get-caller-identity',
    },
    bucketMissing: {
      cause: `There is no bucket "${bucket}" at this address.`,
      fix: `Correct --bucket, --region or --endpoint, or make it:\n${cli(createBucket(bucket, region))}`,
    },
    ignoresCondition: {
      cause:
        'The store does not honour If-None-Match: *, so an URL that was signed once can overwrite the file until it ends.',
      fix: 'Upgrade the store; or write --no-conditional-writes (conditionalWrites: false) and rely on keys that nobody can guess.',
    },
    refusesHeaders: {
      cause: 'The store does not know a header of the request: If-None-Match, or the checksum.',
      fix: 'Write --no-conditional-writes (conditionalWrites: false); if that is not it, --checksum md5, and at last --checksum none.',
    },
    ignoresChecksum: {
      cause: 'The store took bytes whose checksum is not the one that was signed: it does not look.',
      fix: 'Write --checksum md5, which nearly every store verifies; --checksum none if not even that is, and then only sizes are compared.',
    },
    opaqueParts: {
      cause:
        'The ETags of parts are not their MD5s, as under KMS: what was proved is that the store compared each as it came.',
      fix: 'Write --checksum crc32 (checksum: crc32), if the store keeps CRC32 of parts, as Amazon, MinIO and versitygw do: then each is compared once more when the file is put together.',
    },
    failing: null,
    publicRead: {
      cause: 'The bucket is public: anyone with a file URL can read the file without a signature.',
      fix: cli(
        `put-public-access-block --bucket ${bucket} --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true`,
      ),
    },
    listing: 'list-type=2&max-keys=1',
    cors: (origin) => ({
      cause: `The bucket's CORS rules do not let pages of ${origin} transfer files.`,
      fix: `${cli(`put-bucket-cors --bucket ${bucket} --cors-configuration file://cors.json`)}\nwith cors.json:\n${corsRule(origin)}`,
    }),
    exposedHeaders: EXPOSED,
    lifecycle: (context) => bucketLifecycle(context, configuration, cli),
  };
}

function amazonAddress(region: string | undefined): string {
  const name = region || 'us-east-1';
  return `https://s3.${name}.amazonaws.com${name.startsWith('cn-') ? '.cn' : ''}`;
}

function createBucket(bucket: string, region: string | undefined): string {
  const place =
    region && region !== 'us-east-1' ? ` --create-bucket-configuration LocationConstraint=${region}` : '';
  return `create-bucket --bucket ${bucket}${place}`;
}

function allow({ bucket, prefix = 'mesibo' }: CloudConfiguration, permission: Permission): Remedy {
  const [action, of] = ACTIONS[permission];
  const folder = prefix.replace(/^\/|\/$/g, '');
  const resource = `arn:aws:s3:::${bucket}${of === 'bucket' ? '' : folder === '' ? '/*' : `/${folder}/*`}`;
  const statement = { Effect: 'Allow', Action: action, Resource: resource };
  return {
    cause: `The credentials may not do ${action}, or a policy of the bucket or of the organisation denies it.`,
    fix: `Add this statement to the policy of the user or the role:\n${ruleText(statement)}`,
  };
}

function corsRule(origin: string): string {
  const rule = {
    AllowedOrigins: [origin],
    AllowedMethods: ['GET', 'PUT'],
    AllowedHeaders: ['*'],
    ExposeHeaders: ['Content-Range', 'Retry-After', 'Date'],
    MaxAgeSeconds: 3600,
  };
  return ruleText({ CORSRules: [rule] });
}
