import { hour, observe } from './steps.ts';
import type { S3Check } from './types.ts';

/** Who signs, for when and for where. */
export const claimChecks: readonly S3Check[] = [
  {
    name: 'an unknown access key is refused',
    expected: { status: 403, code: 'InvalidAccessKeyId' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16'],
    recorded: { swift: { status: 403, code: 'SignatureDoesNotMatch' } },
    run: (store) => observe(store, { method: 'GET', key: 'a', sign: { accessKeyId: 'NOBODY' } }),
  },
  {
    name: 'no signature is refused',
    expected: { status: 403, code: 'AccessDenied' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16'],
    recorded: { swift: { status: 400 } },
    run: (store) => observe(store, { method: 'PUT', key: 'a', body: 'x', sign: 'anonymous' }),
  },
  {
    name: 'an expired request is refused',
    expected: { status: 403, code: 'AccessDenied' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: (store) => observe(store, { method: 'GET', key: 'a', sign: { time: Date.now() - hour } }),
  },
  {
    name: 'a request dated an hour ahead is refused',
    expected: { status: 403, code: 'AccessDenied' },
    enforcedBy: ['amazon', 'local-cloud'],
    recorded: { ceph16: { status: 200 }, swift: { status: 200 } },
    run: (store) => observe(store, { method: 'GET', key: 'a', sign: { time: Date.now() + hour } }),
  },
  {
    name: 'a time to live above a week is refused',
    expected: { status: 400, code: 'AuthorizationQueryParametersError' },
    enforcedBy: ['amazon', 'local-cloud', 'swift'],
    recorded: { ceph16: { status: 403, code: 'AccessDenied' } },
    run: (store) => observe(store, { method: 'GET', key: 'a', sign: { expires: 604_801 } }),
  },
  {
    name: 'a presigned request without X-Amz-Expires is refused',
    expected: { status: 400, code: 'AuthorizationQueryParametersError' },
    enforcedBy: ['amazon', 'local-cloud'],
    recorded: { ceph16: { status: 403, code: 'AccessDenied' }, swift: { status: 403, code: 'AccessDenied' } },
    run: (store) =>
      observe(store, {
        method: 'GET',
        key: 'a',
        tamper: (r) => ({ ...r, query: r.query.filter(([n]) => n !== 'X-Amz-Expires') }),
      }),
  },
  {
    name: 'a presigned request for another region is refused',
    expected: { status: 400, code: 'AuthorizationQueryParametersError' },
    enforcedBy: ['amazon', 'local-cloud', 'swift'],
    recorded: { ceph16: { status: 200 } },
    run: (store) => observe(store, { method: 'GET', key: 'a', sign: { region: 'eu-west-9' } }),
  },
  {
    name: 'a presigned request for another service is refused',
    expected: { status: 400, code: 'AuthorizationQueryParametersError' },
    enforcedBy: ['amazon', 'local-cloud', 'swift'],
    recorded: { ceph16: { status: 200 } },
    run: (store) => observe(store, { method: 'GET', key: 'a', sign: { service: 'ec2' } }),
  },
  {
    name: 'a scope of another day is refused',
    expected: { status: 400, code: 'AuthorizationQueryParametersError' },
    enforcedBy: ['amazon', 'local-cloud', 'swift'],
    recorded: { ceph16: { status: 200 } },
    run: (store) => observe(store, { method: 'GET', key: 'a', sign: { scopeDate: '20200101' } }),
  },
  {
    name: 'two ways of signing in at once are refused',
    expected: { status: 400, code: 'InvalidArgument' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16'],
    recorded: { swift: { status: 200 } },
    run: (store) =>
      observe(store, {
        method: 'GET',
        key: 'a',
        tamper: (r) => ({ ...r, headers: { ...r.headers, authorization: 'Bearer x' } }),
      }),
  },
  {
    name: 'an Authorization header 20 minutes old is refused',
    expected: { status: 403, code: 'RequestTimeTooSkewed' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: (store) =>
      observe(store, { method: 'GET', key: 'a', sign: { place: 'header', time: Date.now() - hour / 3 } }),
  },
  {
    name: 'an Authorization header 20 minutes ahead is refused',
    expected: { status: 403, code: 'RequestTimeTooSkewed' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: (store) =>
      observe(store, { method: 'GET', key: 'a', sign: { place: 'header', time: Date.now() + hour / 3 } }),
  },
  {
    name: 'an Authorization header for another region is refused',
    expected: { status: 400, code: 'AuthorizationHeaderMalformed' },
    enforcedBy: ['amazon', 'local-cloud', 'swift'],
    recorded: { ceph16: { status: 200 } },
    run: (store) =>
      observe(store, { method: 'GET', key: 'a', sign: { place: 'header', region: 'eu-west-9' } }),
  },
];
