import { createRequire } from 'node:module';

/** What is used of Azurite's own server; it is started in this process, for its command line would be another. */
interface AzuriteServer {
  start(): Promise<void>;
  close(): Promise<void>;
  getHttpServerAddress(): string;
}

type ServerClass = new (configuration: object) => AzuriteServer;
type ConfigurationClass = new (...values: readonly unknown[]) => object;

/** Azurite's classes. */
export interface Azurite {
  readonly Server: ServerClass;
  readonly Configuration: ConfigurationClass;
}

const require = createRequire(import.meta.url);

/** Thrown when Azurite, an optional peer, is not installed. */
export class AzuriteMissing extends Error {
  override readonly name = 'AzuriteMissing';
  readonly code = 'azurite-missing';

  constructor(cause: unknown) {
    super('Azurite is not installed. Install it beside local-cloud: npm install --save-dev azurite@3.37.0', {
      cause,
    });
  }
}

/** What a module of Azurite's blob service exports under a name. @throws {AzuriteMissing} */
export function loadModule(path: string, name: string, load: (path: string) => unknown = require): unknown {
  try {
    const found = load(`azurite/dist/src/blob/${path}`);
    return typeof found === 'object' && found !== null ? Reflect.get(found, name) : undefined;
  } catch (error) {
    if (error instanceof Error && Reflect.get(error, 'code') === 'MODULE_NOT_FOUND')
      throw new AzuriteMissing(error);
    throw error;
  }
}

/** Loads Azurite 3.37.0. @throws {AzuriteMissing} */
export function loadAzurite(load?: (path: string) => unknown): Azurite {
  return {
    Server: classIn<ServerClass>(loadModule('BlobServer', 'default', load)),
    Configuration: classIn<ConfigurationClass>(loadModule('BlobConfiguration', 'default', load)),
  };
}

function classIn<Class>(found: unknown): Class {
  if (typeof found !== 'function') throw new Error('This is not the Azurite that local-cloud knows: 3.37.0.');
  return found as Class;
}
