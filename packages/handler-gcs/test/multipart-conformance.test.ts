import {
  describeHandler,
  describeSigner,
  handlerCases,
  LARGE_PARTS,
  LARGE_TRANSFERS,
  sample,
  signerCases,
} from '@mesibo-files/conformance';
import { gcsHarness } from './harness.ts';
import { localStore } from './local-store.ts';

const small = localStore({ upload: 'multipart', smallParts: true });
describeSigner(gcsHarness('gcs by multipart on local-cloud', small.direct));
describeHandler(gcsHarness('gcs by multipart on local-cloud behind a fault proxy', small.proxied));

const large = localStore({ upload: 'multipart' });
describeSigner(
  gcsHarness('gcs by multipart on local-cloud, least parts', large.direct),
  sample(signerCases, LARGE_PARTS),
);
describeHandler(
  gcsHarness('gcs by multipart on local-cloud behind a fault proxy, least parts', large.proxied),
  sample(handlerCases, LARGE_TRANSFERS),
);
