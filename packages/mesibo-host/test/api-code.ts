import { readdirSync } from 'node:fs';
import * as handlerCore from '@mesibo-files/handler-core';
import { memoryStore } from '@mesibo-files/handler-core/testing';
import * as fileInfo from '../src/file-info/index.ts';
import * as host from '../src/index.ts';
import * as javascript from '../src/javascript/index.ts';
import { Attempt } from '../src/transfers/attempt.ts';
import { Transfer } from '../src/transfers/transfer.ts';
import { standardFields } from '../src/upload-url/fields.ts';
import { urlInAnswer } from '../src/upload-url/server-answer.ts';
import { ROOT, textOf } from './api-table.ts';
import { arrived } from './javascript-mesibo.ts';

/** Interfaces of the contract, and the files that they are in. */
const INTERFACES: Readonly<Record<string, string>> = {
  MesiboFileTransfer: 'handler-core/src/contract/file-transfer.ts',
  MesiboFile: 'handler-core/src/contract/file.ts',
  FileTransferHandler: 'handler-core/src/contract/handler.ts',
  FileTransferListener: 'handler-core/src/contract/handler.ts',
  MessageListener: 'handler-core/src/contract/handler.ts',
  FileInfoHandler: 'mesibo-host/src/file-info/contract.ts',
  FileTransferProgressListener: 'mesibo-host/src/file-info/file-info.ts',
  FileListener: 'mesibo-host/src/file-info/contract.ts',
  ProfileListener: 'mesibo-host/src/messages/listeners.ts',
  MesiboHttpListener: 'mesibo-host/src/http/mesibo-http.ts',
  UploadUrlOptions: 'mesibo-host/src/upload-url/options.ts',
  UploadResume: 'mesibo-host/src/upload-url/options.ts',
  UrlUpload: 'mesibo-host/src/upload-url/upload.ts',
};

/** Core's exports that are mesibo's constants. */
function contractConstants(): Record<string, unknown> {
  const names = textOf('packages/handler-core/src/contract/constants.ts').matchAll(/^export const (\w+)/gm);
  const exported = new Map<string, unknown>(Object.entries(handlerCore));
  return Object.fromEntries([...names].map(([, name = '']) => [name, exported.get(name)]));
}

/** All that the table has to name: `Class.member`, constants with their numbers, functions. */
export function symbols(): Map<string, number | null> {
  const found = new Map<string, number | null>();
  const asked = transfer();
  for (const [name, object] of Object.entries(objects())) {
    for (const member of membersOf(object)) found.set(`${name}.${member}`, null);
  }
  found.set('MesiboMessageProperties.setDefaults', null);
  for (const [name, statics] of Object.entries(STATICS)) {
    const own = Object.getOwnPropertyNames(statics).filter((each) => !OF_ANY_CLASS.includes(each));
    for (const each of own) found.set(`${name}.${each}`, null);
  }
  for (const [name, path] of Object.entries(INTERFACES)) {
    for (const member of interfaceMembers(textOf(`packages/${path}`), name))
      if (name !== 'MesiboFileTransfer' || member in asked) found.set(`${name}.${member}`, null);
  }
  for (const exports of [contractConstants(), host, fileInfo, javascript]) addExports(exports, found);
  for (const dialect of ['current', 'legacy'] as const) {
    const fields = standardFields({ mid: 1n, source: 0 }, 1, 't', dialect);
    for (const field of Object.keys(fields)) found.set(`form.${field}`, null);
  }
  for (const field of answerFields()) found.set(`answer.${field}`, null);
  return found;
}

/** Classes whose static members are mesibo's too. */
const STATICS: Readonly<Record<string, object>> = { Mesibo: host.Mesibo, MesiboHttp: host.MesiboHttp };
const OF_ANY_CLASS: readonly string[] = ['length', 'name', 'prototype'];

/** One object of each class that an app has to do with. */
function objects(): Record<string, object> {
  const network = new host.MesiboNetwork();
  const user = network.user('alice');
  const profile = user.getProfile('bob');
  const options = { signer: memoryStore().signer(), pathFor: () => '/in', onFile: () => undefined };
  const files = new javascript.JavaScriptFiles(options);
  const message = arrived('https://a.example/f', { origin: 'Db' });
  files.Mesibo_onMessage(message);
  const params = new fileInfo.MessageParams();
  return {
    MesiboNetwork: network,
    Mesibo: user,
    MesiboProfile: profile,
    MesiboHttp: new host.MesiboHttp(),
    MesiboHttpQueue: new host.MesiboHttpQueue(1, 0),
    MesiboReadSession: user.createReadSession(),
    MesiboMessage: profile.newMessage(),
    FileInfo: new fileInfo.FileInfo(params, 0, 0, 0, '', null),
    MessageParams: params,
    FileInfoMesibo: new fileInfo.FileInfoMesibo(user),
    JavaScriptFiles: files,
    ReceivedFile: files.fileOf(message) ?? {},
  };
}

function transfer(): Transfer {
  const events = { progressed: () => undefined, settled: () => undefined };
  const nothing = { mid: 0n, ts: 0, origin: 0, source: 0, imageIndex: 0, userObject: null } as const;
  const rest = {
    secure: false,
    externalLink: false,
    path: '',
    url: null,
    localIdentifier: null,
    asset: null,
  };
  const facts = { upload: true, priority: 0, ...nothing, ...rest };
  return new Transfer(facts, new Attempt(true, events), () => undefined);
}

/** Public members, inherited ones too, without those that are marked `@internal` or protected. */
function membersOf(object: object): string[] {
  const hidden = new Set<string>(['constructor']);
  const names = new Set(Object.keys(object));
  for (
    let at: object = Object.getPrototypeOf(object);
    at !== Object.prototype;
    at = Object.getPrototypeOf(at)
  ) {
    for (const name of Object.getOwnPropertyNames(at)) names.add(name);
    for (const name of hiddenIn(sourceOf(at.constructor.name))) hidden.add(name);
  }
  return [...names].filter((name) => !hidden.has(name));
}

const SOURCES: readonly string[] = readdirSync(new URL('packages/mesibo-host/src/', ROOT), {
  recursive: true,
})
  .map(String)
  .filter((name) => /(?<!\.test)\.ts$/.test(name))
  .map((name) => textOf(`packages/mesibo-host/src/${name}`));

/** The source of the file that has this class. */
function sourceOf(name: string): string {
  return SOURCES.find((source) => new RegExp(`^export class ${name}\\b`, 'm').test(source)) ?? '';
}

function hiddenIn(source: string): string[] {
  const internal = /\/\*\* @internal[^*]*(?:\*(?!\/)[^*]*)*\*\/\s+(?:readonly |get |set )?(\w+)/g;
  const guarded = /^ {2}protected (?:readonly |get |set )?(\w+)/gm;
  return [...source.matchAll(internal), ...source.matchAll(guarded)].map(([, name = '']) => name);
}

/** Names of the members of an interface, or none where the file has no such interface. */
export function interfaceMembers(source: string, name: string): string[] {
  const body = new RegExp(`^export interface ${name}\\b[^{]*\\{$([^]*?)^\\}$`, 'm').exec(source)?.[1] ?? '';
  return [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??[:(]/gm)].map(([, member = '']) => member);
}

function addExports(exports: object, found: Map<string, number | null>): void {
  for (const [name, value] of Object.entries(exports)) {
    if (typeof value === 'number') found.set(name, value);
    else if (typeof value === 'function' && !/^class\b/.test(String(value))) found.set(name, null);
    else if (typeof value === 'object')
      for (const [key, number] of Object.entries(value)) found.set(`${name}.${key}`, Number(number));
  }
}

/** What of a server's answer counts: without it, or with another value, there is no URL. */
function answerFields(): string[] {
  const answers = [
    ['current', { result: true, url: 'https://a.example/f' }],
    ['legacy', { result: 'OK', file: 'https://a.example/f' }],
  ] as const;
  return answers.flatMap(([dialect, answer]) => {
    urlInAnswer(JSON.stringify(answer), dialect, 'a.example');
    return Object.keys(answer).filter((field) => {
      try {
        urlInAnswer(JSON.stringify({ ...answer, [field]: 'no' }), dialect, 'a.example');
        return false;
      } catch {
        return true;
      }
    });
  });
}
