import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadAzurite } from './azurite.ts';
import { createContainers } from './containers.ts';
import { allowCreateOnly } from './create-only.ts';
import { ACCOUNT_KEY, ACCOUNT_NAME } from './emulator-account.ts';

/** A container to begin with. */
export interface AzureContainerOptions {
  readonly name: string;
}

/** Options of the Azure server, Microsoft's Azurite; every one has a default. */
export interface AzureServerOptions {
  /** Port on 127.0.0.1. Default: any free one. */
  readonly port?: number;
  /** Containers to begin with. Default: one, `local-cloud`. */
  readonly containers?: readonly AzureContainerOptions[];
  /** CORS rules of the account. Default: every origin, every method, every header. */
  readonly cors?: boolean;
  /** Takes any token of an Entra ID tenant, unverified, and gives user delegation keys. It needs `tls`. Default false. */
  readonly oauth?: boolean;
  /**
   * Lets who may only create (`c`) stage and commit blocks, as Azure documents it from service version 2026-04-06 on.
   * Azurite 3.37.0 wants `w`. Default false.
   */
  readonly createOnlyBlocks?: boolean;
}

/** A running Azurite, and how to reach it. */
export interface RunningAzure {
  /** For `BlobServiceClient.fromConnectionString` and for our signer; it has the account's key. */
  readonly connectionString: string;
  /** The blob endpoint, with the account in its path. */
  readonly endpoint: string;
  /** The first container. */
  readonly container: string;
  readonly stop: () => Promise<void>;
}

/** What all servers of a local cloud share. */
export interface AzureShared {
  /** Folder of its own; files of keys and certificates are written there, and nothing else. */
  readonly directory: string;
  readonly tls: { readonly key: string; readonly cert: string } | undefined;
}

/**
 * Starts Azurite in this process, on 127.0.0.1, silent, with all its data in memory. Its clock is the machine's.
 * @throws {AzuriteMissing} when azurite, an optional peer, is not installed
 */
export async function startAzure(
  options: AzureServerOptions,
  { directory, tls }: AzureShared,
): Promise<RunningAzure> {
  const { Server, Configuration } = loadAzurite();
  const files = tls === undefined ? null : await writeTls(directory, tls);
  const server = new Server(
    new Configuration(
      '127.0.0.1',
      options.port ?? 0,
      5, // seconds that an idle connection is kept
      undefined,
      undefined,
      [],
      false, // no access log
      undefined,
      false, // no debug log
      undefined,
      false,
      true, // takes newer versions of the API than it knows
      files?.cert ?? '',
      files?.key ?? '',
      '',
      options.oauth ? 'basic' : undefined,
      false,
      true, // in memory
    ),
  );
  if (options.createOnlyBlocks) allowCreateOnly(server);
  await server.start();
  const endpoint = `${server.getHttpServerAddress()}/${ACCOUNT_NAME}`;
  const names = (options.containers ?? [{ name: 'local-cloud' }]).map(({ name }) => name);
  await createContainers(endpoint, names, { cors: options.cors ?? true, ca: tls?.cert });
  const protocol = tls === undefined ? 'http' : 'https';
  return {
    connectionString: `DefaultEndpointsProtocol=${protocol};AccountName=${ACCOUNT_NAME};AccountKey=${ACCOUNT_KEY};BlobEndpoint=${endpoint};`,
    endpoint,
    container: names[0] ?? '',
    stop: () => server.close(),
  };
}

/** Azurite reads them from files. */
async function writeTls(
  directory: string,
  { key, cert }: { readonly key: string; readonly cert: string },
): Promise<{ readonly key: string; readonly cert: string }> {
  await mkdir(directory, { recursive: true });
  const files = { key: join(directory, 'key.pem'), cert: join(directory, 'cert.pem') };
  await writeFile(files.key, key, { mode: 0o600 });
  await writeFile(files.cert, cert);
  return files;
}
