import { checkMetadata, checkStorageClass } from '../attributes.ts';
import { GcsError } from '../errors.ts';
import type { ObjectAttributes } from '../store/types.ts';

type Fields = Readonly<Record<string, unknown>>;

const none: Omit<ObjectAttributes, 'storageClass'> = {
  contentType: undefined,
  cacheControl: undefined,
  contentDisposition: undefined,
  contentEncoding: undefined,
  contentLanguage: undefined,
  customTime: undefined,
  temporaryHold: undefined,
  eventBasedHold: undefined,
  metadata: {},
};

/** A field that is absent stays, one that is null goes. */
const text = (fields: Fields, name: string, earlier: string | undefined): string | undefined => {
  const value = fields[name];
  if (value === undefined) return earlier;
  if (value === null) return undefined;
  if (typeof value === 'string') return value;
  throw new GcsError('InvalidArgument', `Invalid value for: ${name}`);
};

/** A hold that is absent stays. */
const flag = (fields: Fields, name: string, earlier: boolean | undefined): boolean | undefined => {
  const value = fields[name];
  if (value === undefined) return earlier;
  if (typeof value === 'boolean') return value;
  throw new GcsError('InvalidArgument', `Invalid value for: ${name}`);
};

const mergeMetadata = (
  fields: Fields,
  earlier: ObjectAttributes['metadata'],
): ObjectAttributes['metadata'] => {
  const { metadata } = fields;
  if (metadata === undefined) return earlier;
  if (metadata === null) return {};
  if (typeof metadata !== 'object') throw new GcsError('InvalidArgument', 'Invalid value for: metadata');
  const merged = Object.entries({ ...earlier, ...metadata })
    .filter(([, value]) => value !== null)
    .map(([name, value]) => [name, String(value)] as const);
  return checkMetadata(Object.fromEntries(merged));
};

/** Lays the fields of an object resource over what there was. */
export const mergeAttributes = (
  earlier: ObjectAttributes | undefined,
  fields: Fields,
  defaultStorageClass: string,
): ObjectAttributes => {
  const base = earlier ?? { ...none, storageClass: defaultStorageClass };
  return {
    contentType: text(fields, 'contentType', base.contentType),
    cacheControl: text(fields, 'cacheControl', base.cacheControl),
    contentDisposition: text(fields, 'contentDisposition', base.contentDisposition),
    contentEncoding: text(fields, 'contentEncoding', base.contentEncoding),
    contentLanguage: text(fields, 'contentLanguage', base.contentLanguage),
    customTime: text(fields, 'customTime', base.customTime),
    storageClass: checkStorageClass(text(fields, 'storageClass', base.storageClass) ?? defaultStorageClass),
    temporaryHold: flag(fields, 'temporaryHold', base.temporaryHold),
    eventBasedHold: flag(fields, 'eventBasedHold', base.eventBasedHold),
    metadata: mergeMetadata(fields, base.metadata),
  };
};
