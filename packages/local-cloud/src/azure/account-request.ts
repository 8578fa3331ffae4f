import { createHmac } from 'node:crypto';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { ACCOUNT_KEY, ACCOUNT_NAME } from './emulator-account.ts';

const VERSION = '2020-10-02';
const LIFE = 60_000;

/** What to ask of the account, or of a container of it. */
export interface AccountRequest {
  /** Below the endpoint, as in `/files`. */
  readonly path: string;
  readonly query: string;
  readonly body?: string;
  /** Certificate to trust, in PEM. */
  readonly ca?: string | undefined;
}

/** Sends a PUT with a signature of the account; the answer is its status. */
export async function putToAccount(
  endpoint: string,
  { path, query, body = '', ca }: AccountRequest,
): Promise<number> {
  const url = new URL(`${endpoint}${path}?${query}&${signature()}`);
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  const headers = { 'content-length': Buffer.byteLength(body), 'x-ms-version': VERSION };
  return new Promise((resolve, reject) => {
    const outgoing = send(url, { method: 'PUT', headers, agent: false, ...(ca === undefined ? {} : { ca }) });
    outgoing.once('error', reject);
    outgoing.once('response', (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode ?? 0));
    });
    outgoing.end(body);
  });
}

/** A shared access signature of the account: https://learn.microsoft.com/rest/api/storageservices/create-account-sas */
function signature(): string {
  const ends = `${new Date(Date.now() + LIFE).toISOString().slice(0, 19)}Z`;
  const fields = { permissions: 'rwdlac', services: 'b', types: 'sco' };
  const text = [
    ACCOUNT_NAME,
    fields.permissions,
    fields.services,
    fields.types,
    '',
    ends,
    '',
    '',
    VERSION,
    '',
  ].join('\n');
  const sig = createHmac('sha256', Buffer.from(ACCOUNT_KEY, 'base64')).update(text).digest('base64');
  return new URLSearchParams({
    sv: VERSION,
    ss: fields.services,
    srt: fields.types,
    sp: fields.permissions,
    se: ends,
    sig,
  }).toString();
}
