import { S3Error } from './errors.ts';
import { deleteBucketCors, getBucketCors, putBucketCors } from './operations/bucket-cors.ts';
import {
  createBucket,
  deleteBucket,
  getBucketLocation,
  headBucket,
  listBuckets,
} from './operations/buckets.ts';
import { completeMultipartUpload } from './operations/complete-multipart.ts';
import { copyObject } from './operations/copy-object.ts';
import { deleteObject, deleteObjects } from './operations/delete-objects.ts';
import { getObject } from './operations/get-object.ts';
import { listMultipartUploads, listParts } from './operations/list-multipart.ts';
import { listObjects } from './operations/list-objects.ts';
import { abortMultipartUpload, createMultipartUpload, uploadPart } from './operations/multipart.ts';
import { putObject } from './operations/put-object.ts';
import { uploadPartCopy } from './operations/upload-part-copy.ts';
import type { S3Operation, S3Request } from './types.ts';

type Routes = Readonly<Record<string, S3Operation>>;

const service: Routes = { GET: listBuckets };
const bucketRoutes: Routes = {
  PUT: createBucket,
  HEAD: headBucket,
  DELETE: deleteBucket,
  GET: listObjects,
  'POST ?delete': deleteObjects,
  'PUT ?cors': putBucketCors,
  'GET ?cors': getBucketCors,
  'DELETE ?cors': deleteBucketCors,
  'GET ?location': getBucketLocation,
  'GET ?uploads': listMultipartUploads,
};
const objectRoutes: Routes = {
  PUT: putObject,
  'PUT copy': copyObject,
  GET: getObject,
  HEAD: getObject,
  DELETE: deleteObject,
  'POST ?uploads': createMultipartUpload,
  'PUT ?uploadId': uploadPart,
  'PUT ?uploadId copy': uploadPartCopy,
  'GET ?uploadId': listParts,
  'POST ?uploadId': completeMultipartUpload,
  'DELETE ?uploadId': abortMultipartUpload,
};

/** Query names that choose another operation; those without a route above are not implemented. */
const subresources = new Set(
  (
    'acl accelerate analytics attributes cors delete encryption intelligent-tiering inventory legal-hold lifecycle ' +
    'location logging metrics notification object-lock ownershipControls policy policyStatus publicAccessBlock ' +
    'replication requestPayment restore retention select tagging torrent uploadId uploads versionId versioning ' +
    'versions website'
  ).split(' '),
);

/** Headers that would change what is stored or who may see it, and that are not implemented. */
const unsupported =
  /^x-amz-(tagging|grant-|object-lock-|server-side-encryption-customer-|server-side-encryption-context)/;

const notImplemented = (header: string): S3Error =>
  new S3Error(
    'NotImplemented',
    'A header or query you provided implies functionality that is not implemented',
    {
      elements: { Header: header },
    },
  );

/** Finds the operation a request asks for. */
export const route = (request: S3Request): S3Operation => {
  const header = [...request.headers.keys()].find((name) => unsupported.test(name));
  if (header !== undefined) throw notImplemented(header);
  const routes =
    request.bucket === undefined ? service : request.key === undefined ? bucketRoutes : objectRoutes;
  const subresource = request.query.find(([name]) => subresources.has(name))?.[0];
  const copies = subresource === undefined || subresource === 'uploadId';
  const copy = copies && request.method === 'PUT' && request.headers.has('x-amz-copy-source') ? ' copy' : '';
  const suffix = `${subresource === undefined ? '' : ` ?${subresource}`}${copy}`;
  const operation = routes[`${request.method}${suffix}`];
  if (operation !== undefined) return operation;
  if (subresource !== undefined && Object.keys(routes).some((name) => name.endsWith(suffix))) {
    throw new S3Error('MethodNotAllowed', 'The specified method is not allowed against this resource.', {
      elements: { Method: request.method },
    });
  }
  throw notImplemented(subresource ?? request.method);
};
