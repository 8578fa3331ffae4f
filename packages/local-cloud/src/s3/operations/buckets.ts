import { readDocument } from '../body/read-body.ts';
import { bucketOf } from '../store/objects.ts';
import type { S3Operation } from '../types.ts';
import { writeXml } from '../xml.ts';

const xml = { 'content-type': 'application/xml' };

/** CreateBucket; a location constraint is read and not judged. */
export const createBucket: S3Operation = async (call) => {
  const { request, state } = call;
  if (request.headers.get('content-length') !== undefined) await readDocument(call);
  // Amazon's oldest region alone lets who owns a bucket make it again.
  const again = state.region === 'us-east-1' && state.buckets.find(request.bucket ?? '') !== undefined;
  if (again) return { status: 200, headers: { location: `/${request.bucket ?? ''}` } };
  state.buckets.create({ name: request.bucket ?? '', createdAt: state.now() });
  return { status: 200, headers: { location: `/${request.bucket ?? ''}` } };
};

/** HeadBucket */
export const headBucket: S3Operation = (call) => {
  bucketOf(call);
  return { status: 200, headers: { ...xml, 'x-amz-bucket-region': call.state.region } };
};

/** DeleteBucket; the bucket must be empty. Unfinished uploads go with it. */
export const deleteBucket: S3Operation = async (call) => {
  const bucket = bucketOf(call);
  call.state.buckets.delete(bucket.name);
  for (const upload of bucket.uploads.values()) {
    await call.state.blobs.release([...upload.parts.values()].map(({ segment }) => segment));
  }
  return { status: 204 };
};

/** ListBuckets */
export const listBuckets: S3Operation = (call) => ({
  status: 200,
  headers: xml,
  body: writeXml('ListAllMyBucketsResult', {
    Owner: { ID: 'local-cloud', DisplayName: 'local-cloud' },
    Buckets: {
      Bucket: call.state.buckets
        .all()
        .map(({ name, createdAt }) => ({ Name: name, CreationDate: new Date(createdAt).toISOString() })),
    },
  }),
});

/** GetBucketLocation; us-east-1 is an empty element. */
export const getBucketLocation: S3Operation = (call) => {
  bucketOf(call);
  const { region } = call.state;
  return {
    status: 200,
    headers: xml,
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${region === 'us-east-1' ? '' : region}</LocationConstraint>`,
  };
};
