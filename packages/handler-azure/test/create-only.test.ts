import { describeSigner, LARGE_PARTS, sample, signerCases } from '@mesibo-files/conformance';
import { afterAll } from 'vitest';
import { azureHarness } from './harness.ts';
import { azurite } from './stores.ts';

/** Blocks of the object itself, by who may only create; with MD5, for its integrity is kept in another way. */
const azure = azurite(true);

afterAll(() => azure.stop());

describeSigner(
  azureHarness('azure where who may create may stage blocks', async () => ({
    ...(await azure.store('md5')),
    smallParts: true,
  })),
  sample(signerCases, [
    ...signerCases.map(({ name }) => name).filter((name) => name.startsWith('staged:')),
    ...LARGE_PARTS,
    'a file of one part arrives whole',
    'a stream of unknown length arrives whole',
    'an upload in several requests goes on by its ticket with some of it sent',
    'commit with a part missing names it, and goes on',
    'commit of a part of another size does not store',
    'a part may be sent again',
    'a part is not taken for another part',
    'a damaged part is refused or found',
    'no request signed earlier changes many parts after their commit',
    'an object of a stranger is not touched by several requests',
    'the stated integrity is that of the bytes',
    'unfinished lists exactly what is unfinished',
    'what unfinished lists can be discarded',
  ]),
);
