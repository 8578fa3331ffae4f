import {
  describeHandler,
  describeSigner,
  handlerCases,
  LARGE_PARTS,
  LARGE_TRANSFERS,
  proxyFaults,
  sample,
  signerCases,
} from '@mesibo-files/conformance';
import {
  type FaultProxy,
  type LocalCloud,
  startFaultProxy,
  startLocalCloud,
} from '@mesibo-files/local-cloud';
import { afterAll } from 'vitest';
import { type GcsTestStore, gcsHarness } from './harness.ts';
import { SMALL_PART } from './small-parts.ts';

interface Running {
  readonly cloud: LocalCloud;
  readonly proxy: FaultProxy;
}

const stops: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const stop of stops) await stop();
});

/** Starts it when it is first asked for. */
function running(minimumPartBytes: number): () => Promise<Running> {
  let started: Promise<Running> | undefined;
  const start = async (): Promise<Running> => {
    const cloud = await startLocalCloud({ gcs: { minimumPartBytes } });
    const proxy = await startFaultProxy({ target: cloud.gcs.endpoint });
    stops.push(proxy.stop, cloud.stop);
    return { cloud, proxy };
  };
  return () => {
    started ??= start();
    return started;
  };
}

const small = running(SMALL_PART);
const large = running(5 * 1024 * 1024);

const direct =
  (world: () => Promise<Running>, own: Pick<GcsTestStore, 'upload' | 'smallParts'>) =>
  async (): Promise<GcsTestStore> => ({ ...(await world()).cloud.gcs, ...own });

const proxied =
  (world: () => Promise<Running>, own: Pick<GcsTestStore, 'upload' | 'smallParts'>) =>
  async (): Promise<GcsTestStore> => {
    const { cloud, proxy } = await world();
    const faults: GcsTestStore['faults'] = (prefix) =>
      proxyFaults(proxy, prefix, ['X-Goog-Signature', 'upload_id']);
    return { ...cloud.gcs, endpoint: proxy.endpoint, faults, ...own };
  };

for (const upload of ['session', 'multipart'] as const) {
  const own = { upload, smallParts: true };
  describeSigner(gcsHarness(`gcs by ${upload} on local-cloud`, direct(small, own)));
  describeHandler(gcsHarness(`gcs by ${upload} on local-cloud behind a fault proxy`, proxied(small, own)));
}

describeSigner(
  gcsHarness('gcs by multipart on local-cloud, least parts', direct(large, { upload: 'multipart' })),
  sample(signerCases, LARGE_PARTS),
);
describeHandler(
  gcsHarness(
    'gcs by multipart on local-cloud behind a fault proxy, least parts',
    proxied(large, { upload: 'multipart' }),
  ),
  sample(handlerCases, LARGE_TRANSFERS),
);
