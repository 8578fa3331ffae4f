import type { CloudConfiguration } from '../../configuration/store.ts';
import { passed } from '../findings.ts';
import type { Advice } from '../types.ts';
import { ruleText } from './rule-text.ts';

const EXPOSED = ['content-range', 'range', 'date', 'retry-after'];

/** Headers that may be sent, and that script may read: one list for both. */
const RESPONSE_HEADERS = [
  'Content-Type',
  'Content-Disposition',
  'Cache-Control',
  'Content-Range',
  'Range',
  'Date',
  'Retry-After',
  'If-Match',
  'x-goog-content-length-range',
  'x-goog-encryption-kms-key-name',
  'x-goog-generation',
  'x-goog-hash',
  'x-goog-if-generation-match',
  'x-goog-meta-mesibomid',
  'x-goog-meta-mesibosecure',
  'x-goog-meta-mesibosource',
  'x-goog-meta-mesibotransfer',
  'x-goog-meta-mesibouid',
  'x-goog-storage-class',
];

export function gcsAdvice({ bucket }: CloudConfiguration): Advice {
  const grant = `gcloud storage buckets add-iam-policy-binding gs://${bucket} \\\n  --member=serviceAccount:$ACCOUNT --role=roles/storage.objectUser`;
  return {
    // The signer knows better, by options and environment.
    address: 'https://storage.googleapis.com',
    allow: (permission) => ({
      cause: `The service account may not do this in the bucket (${PERMISSIONS[permission]}).`,
      fix: `ACCOUNT=…   # e-mail of the service account\n${grant}`,
    }),
    credentialsMissing: {
      cause: "Google's library found no credentials that can sign: those of a person can not.",
      fix: 'export GOOGLE_APPLICATION_CREDENTIALS=/path/to/service-account.json\nor gcloud auth application-default login --impersonate-service-account=$ACCOUNT',
    },
    credentialsWrong: {
      cause: 'The key is not one of this service account, it was revoked, or the account is disabled.',
      fix: 'gcloud iam service-accounts keys list --iam-account=$ACCOUNT\ngcloud iam service-accounts keys create key.json --iam-account=$ACCOUNT\nexport GOOGLE_APPLICATION_CREDENTIALS=$PWD/key.json',
    },
    bucketMissing: {
      cause: `There is no bucket "${bucket}".`,
      fix: `Correct --bucket, or make it:\ngcloud storage buckets create gs://${bucket} --uniform-bucket-level-access --public-access-prevention`,
    },
    ignoresCondition: {
      cause: 'The store does not honour x-goog-if-generation-match, as Cloud Storage does.',
      fix: 'Let requests reach Cloud Storage itself: correct --endpoint, and whatever stands in front of it.',
    },
    ignoresChecksum: {
      cause: 'The store took bytes whose crc32c is not the one that was signed, which Cloud Storage refuses.',
      fix: 'Let requests reach Cloud Storage itself: correct --endpoint, and whatever stands in front of it.',
    },
    refusesHeaders: null,
    opaqueParts: null,
    failing: null,
    publicRead: {
      cause: 'The bucket is public: anyone with a file URL can read the file without a signature.',
      fix: `gcloud storage buckets update gs://${bucket} --public-access-prevention`,
    },
    listing: 'max-keys=1',
    cors: (origin) => ({
      cause: `The bucket's CORS rules do not let pages of ${origin} transfer files.`,
      fix: `gcloud storage buckets update gs://${bucket} --cors-file=cors.json\nwith cors.json:\n${corsRule(origin)}`,
    }),
    exposedHeaders: EXPOSED,
    lifecycle: async () => passed('sessions expire after a week'),
  };
}

const PERMISSIONS = {
  store: 'storage.objects.create',
  read: 'storage.objects.get',
  delete: 'storage.objects.delete',
  list: 'storage.objects.list',
  'list-parts': 'storage.multipartUploads.listParts',
  'abort-parts': 'storage.multipartUploads.abort',
  'list-uploads': 'storage.multipartUploads.list',
  'read-lifecycle': 'storage.buckets.get',
} as const;

function corsRule(origin: string): string {
  const rule = {
    origin: [origin],
    method: ['GET', 'PUT'],
    responseHeader: RESPONSE_HEADERS,
    maxAgeSeconds: 3600,
  };
  return ruleText([rule]);
}
