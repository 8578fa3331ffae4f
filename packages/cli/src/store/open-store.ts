import { type Signer, TransferError } from '@mesibo-files/handler-core';
import { ConfigurationError } from '../configuration/mistakes.ts';
import type { StoreConfiguration } from '../configuration/store.ts';
import { CLOUD_SIGNERS } from './cloud-signers.ts';
import { openDisk } from './disk.ts';
import { remoteSignerOf } from './remote.ts';
import type { SignerTuning } from './signer-options.ts';
import type { OpenStore } from './types.ts';

/** Opens the configured store; nothing is asked of it yet. @throws ConfigurationError when an option can not be */
export async function openStore(
  configuration: StoreConfiguration,
  tuning: SignerTuning = {},
): Promise<OpenStore> {
  try {
    if (configuration.provider === 'disk') return await openDisk(configuration, tuning);
    return { signer: await signerOf(configuration, tuning), title: titleOf(configuration), close: nothing };
  } catch (error) {
    if (!TransferError.is(error) || error.code !== 'invalid-argument') throw error;
    throw new ConfigurationError([
      {
        flag: `--provider ${configuration.provider}`,
        mistake: error.message,
        fix: 'see the options it names',
      },
    ]);
  }
}

function signerOf(
  configuration: Exclude<StoreConfiguration, { provider: 'disk' }>,
  tuning: SignerTuning,
): Promise<Signer> {
  return configuration.provider === 'remote'
    ? remoteSignerOf(configuration)
    : CLOUD_SIGNERS[configuration.provider](configuration, tuning);
}

function titleOf(configuration: Exclude<StoreConfiguration, { provider: 'disk' }>): string {
  if (configuration.provider === 'remote') return `file server ${configuration.server}`;
  const { provider, bucket, endpoint } = configuration;
  const what = provider === 'azure' ? 'container' : 'bucket';
  return `${provider} ${what} ${bucket}${endpoint === undefined ? '' : ` at ${endpoint}`}`;
}

async function nothing(): Promise<void> {}
