import { writeXml } from '../../s3/xml.ts';
import type { GcsError } from '../errors.ts';
import type { GcsResponse } from '../types.ts';

/** An error as the XML API writes it. */
export const xmlError = (error: GcsError): GcsResponse => {
  if (error.status === 304) return { status: 304, headers: error.headers };
  return {
    status: error.status,
    headers: { 'content-type': 'application/xml; charset=UTF-8', ...error.headers },
    body: writeXml('Error', { Code: error.code, Message: error.message, ...error.elements }),
  };
};
