import { download } from '../download.ts';
import { GcsError } from '../errors.ts';
import { queryValue } from '../parse-request.ts';
import { findObject } from '../store/objects.ts';
import { checkPreconditions, headerPreconditions } from '../store/preconditions.ts';
import type { XmlCall, XmlOperation } from './call.ts';
import { checkReadConditions, rangeApplies } from './conditions.ts';

/** Source: "HTTP headers and query string parameters for XML API", response-content-disposition and -type. */
const overridable = ['content-disposition', 'content-type'];

/** GET and HEAD Object; the server leaves the body of the latter out. */
export const getObject: XmlOperation = (call) => {
  const { request, bucket, name } = call;
  const object = findObject(bucket, name, queryValue(request, 'generation'));
  checkPreconditions(headerPreconditions(request.headers), object, 'read');
  checkReadConditions(request.headers, object);
  const headers = rangeApplies(request.headers, object) ? request.headers : new Map();
  return download({ ...request, headers }, object, overrides(call));
};

const overrides = ({ request, caller }: XmlCall): Record<string, string> => {
  const asked = overridable
    .map((name) => [name, queryValue(request, `response-${name}`)] as const)
    .filter((entry): entry is readonly [string, string] => entry[1] !== undefined);
  if (asked.length > 0 && caller === 'anonymous') {
    throw new GcsError('InvalidArgument', 'Invalid argument.', {
      elements: { Details: 'Response headers can only be set by an authenticated request.' },
    });
  }
  return Object.fromEntries(asked);
};
