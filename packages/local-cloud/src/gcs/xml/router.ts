import { GcsError } from '../errors.ts';
import type { GcsRequest } from '../types.ts';
import type { XmlOperation } from './call.ts';
import { completeMultipartUpload } from './complete-multipart.ts';
import { deleteObject } from './delete-object.ts';
import { getObject } from './get-object.ts';
import { listMultipartUploads, listParts } from './list-multipart.ts';
import { abortMultipartUpload, initiateMultipartUpload, uploadPart } from './multipart.ts';
import { putObject } from './put-object.ts';
import { startSession } from './start-session.ts';

type Routes = Readonly<Record<string, XmlOperation>>;

const bucketRoutes: Routes = {
  HEAD: () => ({ status: 200 }),
  'GET ?uploads': listMultipartUploads,
};
const objectRoutes: Routes = {
  PUT: putObject,
  GET: getObject,
  HEAD: getObject,
  DELETE: deleteObject,
  POST: startSession,
  'POST ?uploads': initiateMultipartUpload,
  'PUT ?uploadId': uploadPart,
  'GET ?uploadId': listParts,
  'POST ?uploadId': completeMultipartUpload,
  'DELETE ?uploadId': abortMultipartUpload,
};

/** Query names that choose another operation; those without a route above are not implemented. */
const subresources = new Set([
  'acl',
  'billing',
  'compose',
  'cors',
  'defaultObjectAcl',
  'encryption',
  'encryptionConfig',
  'lifecycle',
  'location',
  'logging',
  'storageClass',
  'tagging',
  'uploadId',
  'uploads',
  'versioning',
  'versions',
  'websiteConfig',
]);

/** Finds the operation a request of the XML API asks for. */
export const route = (request: GcsRequest, name: string | undefined): XmlOperation => {
  const routes = name === undefined ? bucketRoutes : objectRoutes;
  const subresource = request.query.find(([other]) => subresources.has(other))?.[0];
  const operation = routes[`${request.method}${subresource === undefined ? '' : ` ?${subresource}`}`];
  if (operation !== undefined) return operation;
  throw new GcsError('NotImplemented', 'The requested operation is not implemented.', {
    elements: { Details: `${request.method}${subresource === undefined ? '' : ` ?${subresource}`}` },
  });
};
