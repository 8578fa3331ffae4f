import type { GcsError } from '../errors.ts';
import type { GcsResponse } from '../types.ts';
import { json } from './resource.ts';

/** An error as the JSON API writes it. Source: "HTTP status and error codes for JSON". */
export const jsonError = (error: GcsError): GcsResponse => {
  if (error.status === 304) return { status: 304, headers: error.headers };
  const { message, reason, status } = error;
  const place =
    status === 401
      ? { locationType: 'header', location: 'Authorization' }
      : status === 412
        ? { locationType: 'header', location: 'If-Match' }
        : {};
  const answer = json(status, {
    error: {
      code: status,
      message: error.elements.Details ?? message,
      errors: [{ message: error.elements.Details ?? message, domain: 'global', reason, ...place }],
    },
  });
  return { ...answer, headers: { ...answer.headers, ...error.headers } };
};
