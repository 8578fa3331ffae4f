import {
  describeHandler,
  describeSigner,
  handlerCases,
  LARGE_PARTS,
  LARGE_TRANSFERS,
  type NetworkFaults,
  proxyFaults,
  sample,
  signerCases,
} from '@mesibo-files/conformance';
import { SMALL_PART } from '@mesibo-files/handler-s3/small-parts';
import { type RemoteStore, remoteHarness } from './remote-harness.ts';
import { runningWorld } from './running-world.ts';
import { s3Store } from './s3-store.ts';

for (const smallParts of [true, false]) {
  const minimumPartBytes = SMALL_PART;
  const world = runningWorld(smallParts ? { s3: { minimumPartBytes } } : {}, ({ s3 }) => s3.endpoint);

  const direct = async (): Promise<RemoteStore> => s3Store((await world()).cloud.s3, smallParts);

  const proxied = async (): Promise<RemoteStore> => {
    const { endpoint, ...proxy } = (await world()).proxy;
    const faults = (prefix: string): NetworkFaults => proxyFaults(proxy, prefix, ['X-Amz-Signature']);
    return { ...(await direct()), proxy: { endpoint, faults } };
  };

  const which = smallParts ? '' : ', least parts';
  describeSigner(
    remoteHarness(`remote, S3 on local-cloud${which}`, world, direct),
    smallParts ? signerCases : sample(signerCases, LARGE_PARTS),
  );
  describeHandler(
    remoteHarness(`remote, S3 on local-cloud behind a fault proxy${which}`, world, proxied),
    smallParts ? handlerCases : sample(handlerCases, LARGE_TRANSFERS),
  );
}
