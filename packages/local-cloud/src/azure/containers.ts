import { putToAccount } from './account-request.ts';

/** Every origin, with every header: what a demo in a browser needs. */
const CORS =
  '<?xml version="1.0" encoding="utf-8"?><StorageServiceProperties><Cors><CorsRule><AllowedOrigins>*</AllowedOrigins>' +
  '<AllowedMethods>GET,HEAD,PUT</AllowedMethods><AllowedHeaders>*</AllowedHeaders><ExposedHeaders>*</ExposedHeaders>' +
  '<MaxAgeInSeconds>3600</MaxAgeInSeconds></CorsRule></Cors></StorageServiceProperties>';

/** Makes the containers, and the account's CORS rules where they are wanted. */
export async function createContainers(
  endpoint: string,
  names: readonly string[],
  { cors, ca }: { readonly cors: boolean; readonly ca: string | undefined },
): Promise<void> {
  for (const name of names) {
    const status = await putToAccount(endpoint, { path: `/${name}`, query: 'restype=container', ca });
    if (status !== 201) throw new Error(`Azurite made no container ${JSON.stringify(name)}: HTTP ${status}.`);
  }
  if (!cors) return;
  const status = await putToAccount(endpoint, {
    path: '/',
    query: 'restype=service&comp=properties',
    body: CORS,
    ca,
  });
  if (status !== 202) throw new Error(`Azurite took no CORS rules: HTTP ${status}.`);
}
