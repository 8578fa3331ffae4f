import { afterEach, describe, expect, it, vi } from 'vitest';
import { type AzureOptions, settingsOf } from './options.ts';
import { readConnectionString } from './presign/credentials.ts';
import { azureSigner } from './signer.ts';

const MIB = 1024 * 1024;
const credentials = { accountName: 'acme', accountKey: btoa('the key') };

describe('the options', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('have the documented defaults', () => {
    expect(settingsOf({ container: 'files', credentials })).toMatchObject({
      account: { name: 'acme', endpoint: 'https://acme.blob.core.windows.net', credentials },
      baseUrl: 'https://acme.blob.core.windows.net/files',
      prefix: 'mesibo',
      checksum: 'crc64',
      partSize: 8 * MIB,
      singleUpTo: 8 * MIB,
      maxSize: 50_000 * 4000 * MIB,
      timeToLive: 900_000,
      serviceVersion: '2026-04-06',
    });
  });

  it.each<[string, AzureOptions, string, string]>([
    [
      'an account',
      { container: 'files', account: 'acme' },
      'acme',
      'https://acme.blob.core.windows.net/files',
    ],
    [
      'an endpoint',
      { container: 'files', endpoint: 'https://acme.blob.core.chinacloudapi.cn/' },
      'acme',
      'https://acme.blob.core.chinacloudapi.cn/files',
    ],
    [
      'an endpoint with a path',
      {
        container: 'files',
        endpoint: 'http://127.0.0.1:10000/devstoreaccount1',
        credentials: { ...credentials, accountName: 'devstoreaccount1' },
      },
      'devstoreaccount1',
      'http://127.0.0.1:10000/devstoreaccount1/files',
    ],
    [
      'a connection string',
      {
        container: 'files',
        connectionString: `AccountName=acme;AccountKey=${btoa('k')};EndpointSuffix=core.usgovcloudapi.net`,
      },
      'acme',
      'https://acme.blob.core.usgovcloudapi.net/files',
    ],
    [
      "Azurite's",
      { container: 'files', connectionString: 'UseDevelopmentStorage=true' },
      'devstoreaccount1',
      'http://127.0.0.1:10000/devstoreaccount1/files',
    ],
  ])('take %s', (_, options, name, baseUrl) => {
    const settings = settingsOf(options);
    expect([settings.account.name, settings.baseUrl]).toEqual([name, baseUrl]);
  });

  it("come from the variables of Azure's command line", () => {
    vi.stubEnv('AZURE_STORAGE_ACCOUNT', 'acme');
    vi.stubEnv('AZURE_STORAGE_KEY', credentials.accountKey);
    expect(settingsOf({ container: 'files' }).account).toMatchObject({ name: 'acme', credentials });
    expect(settingsOf({ container: 'files', account: 'other' }).account).toMatchObject({ credentials: null });
    vi.stubEnv('AZURE_STORAGE_CONNECTION_STRING', `AccountName=third;AccountKey=${btoa('k')}`);
    expect(settingsOf({ container: 'files' }).account.name).toBe('third');
  });

  it('name all that is wrong at once', () => {
    const wrong: AzureOptions = {
      container: 'a--b',
      account: 'Acme',
      endpoint: 'nonsense',
      prefix: '../x',
      publicUrl: 'ftp://x',
      partSize: 1,
      singleUpTo: -1,
      maxSize: 0.5,
      timeToLive: 8 * 86_400_000,
      cacheControl: 'a\r\nb',
      accessTier: 'Archive',
      serviceVersion: '2019-02-02',
    };
    for (const name of Object.keys(wrong)) expect(() => azureSigner(wrong)).toThrow(`${name}:`);
    expect(() => azureSigner(wrong)).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  });

  it.each<[string, AzureOptions]>([
    ['no account', { container: 'files' }],
    [
      'a key that is no base64',
      { container: 'files', credentials: { accountName: 'acme', accountKey: 'ü' } },
    ],
    ['the key of another account', { container: 'files', account: 'other', credentials }],
    ['an identity over http', { container: 'files', endpoint: 'http://acme.example' }],
    ['a connection string with no key', { container: 'files', connectionString: 'BlobEndpoint=https://x' }],
    ['two accounts', { container: 'files', account: 'acme', connectionString: 'UseDevelopmentStorage=true' }],
  ])('are refused with %s', (_, options) => {
    expect(() => azureSigner(options)).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  });

  it.each<[string, string, string]>([
    ['quotes', `"AccountName=acme;AccountKey=${btoa('k')}"`, 'quotes'],
    [
      'a signature only',
      'BlobEndpoint=https://x;SharedAccessSignature=sv=1&sig=abc',
      'shared access signature',
    ],
    ['an empty suffix', `AccountName=acme;AccountKey=${btoa('k')};EndpointSuffix=`, 'EndpointSuffix'],
    [
      'a container',
      `AccountName=acme;AccountKey=${btoa('k')};BlobEndpoint=https://acme.blob.core.windows.net/files`,
      'container',
    ],
    [
      "a container behind Azurite's account",
      `AccountName=dev;AccountKey=${btoa('k')};BlobEndpoint=http://127.0.0.1:10000/dev/files`,
      'container',
    ],
    ['no key', 'AccountName=acme', 'AccountKey'],
  ])('name what is wrong with a connection string: %s', (_, connectionString, named) => {
    const failed = expect.objectContaining({
      code: 'invalid-argument',
      message: expect.stringContaining(named),
    });
    expect(() => azureSigner({ container: 'files', connectionString })).toThrow(failed);
    vi.stubEnv('AZURE_STORAGE_CONNECTION_STRING', connectionString);
    expect(() => azureSigner({ container: 'files' })).toThrow(failed);
  });

  it("guess no account from a domain of one's own", () => {
    const own = { container: 'files', endpoint: 'https://media.acme.example' };
    const guessed = { message: expect.stringContaining('account: name it') };
    expect(() => azureSigner(own)).toThrow(expect.objectContaining(guessed));
    expect(settingsOf({ ...own, account: 'acme' }).account.name).toBe('acme');
    const zone = 'https://acme-secondary.z12.blob.storage.azure.net';
    expect(settingsOf({ container: 'files', endpoint: zone }).account.name).toBe('acme');
  });

  it('never show the key', () => {
    const shown = readConnectionString('AccountName=acme;AccountKey=bad key!');
    expect(() => azureSigner({ container: 'x', credentials: shown?.credentials ?? credentials })).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('bad key') }),
    );
  });
});
