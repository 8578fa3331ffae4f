import { S3Error } from '../errors.ts';

/** Access key and scope, as in `AKID/20260101/us-east-1/s3/aws4_request`. */
export interface CredentialScope {
  readonly accessKeyId: string;
  /** yyyyMMdd */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly terminal: string;
}

/** What a request says of its own signature, read but not verified. */
export interface SignatureClaim {
  readonly place: 'query' | 'header';
  readonly scope: CredentialScope;
  /** yyyyMMddTHHmmssZ */
  readonly amzDate: string;
  /** The same in epoch ms. */
  readonly time: number;
  /** Lower-case, in the order sent. */
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly payloadHash: string;
  readonly securityToken: string | undefined;
  /** Seconds; presigned requests only. */
  readonly expires: number | undefined;
}

/** A malformed claim, in the code of the place it stands in. */
export const malformedClaim = (
  place: SignatureClaim['place'],
  message: string,
  elements: Readonly<Record<string, string>> = {},
): S3Error =>
  place === 'query'
    ? new S3Error('AuthorizationQueryParametersError', message, { elements })
    : new S3Error('AuthorizationHeaderMalformed', `The authorization header is malformed; ${message}`, {
        elements,
      });

/** Splits a credential; an access key may hold slashes. */
export const parseCredential = (place: SignatureClaim['place'], text: string): CredentialScope => {
  const fields = text.split('/');
  const [date, region, service, terminal] = fields.slice(-4);
  const accessKeyId = fields.slice(0, -4).join('/');
  if (accessKeyId === '' || !date || !region || !service || !terminal || !/^\d{8}$/.test(date)) {
    throw malformedClaim(
      place,
      place === 'query'
        ? 'Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".'
        : 'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    );
  }
  return { accessKeyId, date, region, service, terminal };
};

/** Refuses a scope that isn't this server's or this request's. */
export const checkScope = (claim: SignatureClaim, region: string): void => {
  const { place, scope } = claim;
  const prefix = place === 'query' ? 'Error parsing the X-Amz-Credential parameter; ' : '';
  if (scope.date !== claim.amzDate.slice(0, 8)) {
    throw malformedClaim(
      place,
      `${prefix}Invalid credential date "${scope.date}". This date is not the same as X-Amz-Date: "${claim.amzDate.slice(0, 8)}".`,
    );
  }
  if (scope.service !== 's3') {
    throw malformedClaim(
      place,
      `${prefix}incorrect service "${scope.service}". This endpoint belongs to "s3".`,
    );
  }
  if (scope.terminal !== 'aws4_request') {
    throw malformedClaim(
      place,
      `${prefix}incorrect terminal "${scope.terminal}". This endpoint uses "aws4_request".`,
    );
  }
  if (scope.region !== region) {
    throw malformedClaim(place, `${prefix}the region '${scope.region}' is wrong; expecting '${region}'`, {
      Region: region,
    });
  }
};

/** Epoch ms of `20260131T235959Z`, or `undefined` when it is no such date. */
export const parseAmzDate = (text: string): number | undefined => {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time) ? undefined : time;
};

/** `2026-01-31T23:59:59Z` */
export const isoSeconds = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;
