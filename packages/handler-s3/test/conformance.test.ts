import {
  describeHandler,
  describeSigner,
  handlerCases,
  LARGE_PARTS,
  LARGE_TRANSFERS,
  sample,
  signerCases,
} from '@mesibo-files/conformance';
import { s3Harness } from './harness.ts';
import { localStore } from './local-store.ts';
import { SMALL_PART } from './small-parts.ts';

const small = localStore({ s3: { minimumPartBytes: SMALL_PART } }, { smallParts: true });
describeSigner(s3Harness('s3 on local-cloud', small.direct));
describeHandler(s3Harness('s3 on local-cloud behind a fault proxy', small.proxied));

const large = localStore({}, {});
describeSigner(s3Harness('s3 on local-cloud, least parts', large.direct), sample(signerCases, LARGE_PARTS));
describeHandler(
  s3Harness('s3 on local-cloud behind a fault proxy, least parts', large.proxied),
  sample(handlerCases, LARGE_TRANSFERS),
);
