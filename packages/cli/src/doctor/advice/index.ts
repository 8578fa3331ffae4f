import type { StoreConfiguration } from '../../configuration/store.ts';
import type { Advice } from '../types.ts';
import { azureAdvice } from './azure.ts';
import { diskAdvice } from './disk.ts';
import { gcsAdvice } from './gcs.ts';
import { remoteAdvice } from './remote.ts';
import { s3Advice } from './s3.ts';

/** What there is to say about this kind of store. */
export function adviceFor(configuration: StoreConfiguration, env: NodeJS.ProcessEnv): Advice {
  switch (configuration.provider) {
    case 's3':
      return s3Advice(configuration, env);
    case 'gcs':
      return gcsAdvice(configuration);
    case 'azure':
      return azureAdvice(configuration, env);
    case 'disk':
      return diskAdvice(configuration);
    case 'remote':
      return remoteAdvice(configuration);
  }
}
