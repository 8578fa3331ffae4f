import { describeHandler, describeSigner } from '@mesibo-files/conformance';
import { gcsHarness } from './harness.ts';
import { localStore } from './local-store.ts';

const { direct, proxied } = localStore({ upload: 'session' });
describeSigner(gcsHarness('gcs by session on local-cloud', direct));
describeHandler(gcsHarness('gcs by session on local-cloud behind a fault proxy', proxied));
