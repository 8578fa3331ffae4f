import { readDocument } from '../body/read-body.ts';
import { S3Error } from '../errors.ts';
import { bucketOf } from '../store/objects.ts';
import type { S3CorsRule } from '../store/types.ts';
import type { S3Operation } from '../types.ts';
import { childText, childTexts, type ParsedElement, readXml, writeXml } from '../xml.ts';
import { requireDigest } from './delete-objects.ts';

const methods = ['GET', 'PUT', 'POST', 'DELETE', 'HEAD'];

/** PutBucketCors */
export const putBucketCors: S3Operation = async (call) => {
  const bucket = bucketOf(call);
  requireDigest(call);
  const document = readXml(await readDocument(call), 'CORSConfiguration');
  const rules = (document.children.get('CORSRule') ?? []).map(readRule);
  checkCorsRules(rules);
  bucket.corsRules = rules;
  return { status: 200 };
};

const readRule = (rule: ParsedElement): S3CorsRule => {
  const maxAge = childText(rule, 'MaxAgeSeconds');
  const id = childText(rule, 'ID');
  return {
    ...(id === undefined ? {} : { id }),
    allowedOrigins: childTexts(rule, 'AllowedOrigin'),
    allowedMethods: childTexts(rule, 'AllowedMethod'),
    allowedHeaders: childTexts(rule, 'AllowedHeader'),
    exposeHeaders: childTexts(rule, 'ExposeHeader'),
    ...(maxAge === undefined ? {} : { maxAgeSeconds: Number(maxAge) }),
  };
};

/** Refuses rules that S3 would refuse. */
export const checkCorsRules = (rules: readonly S3CorsRule[]): void => {
  if (rules.length === 0 || rules.length > 100) {
    throw new S3Error(
      'MalformedXML',
      'The XML you provided was not well-formed or did not validate against our published schema',
    );
  }
  for (const { allowedMethods, allowedOrigins, allowedHeaders = [] } of rules) {
    const wrong = allowedMethods.find((method) => !methods.includes(method));
    if (wrong !== undefined) {
      throw new S3Error(
        'InvalidRequest',
        `Found unsupported HTTP method in CORS config. Unsupported method is ${wrong}`,
      );
    }
    if (allowedMethods.length === 0 || allowedOrigins.length === 0) {
      throw new S3Error(
        'MalformedXML',
        'The XML you provided was not well-formed or did not validate against our published schema',
      );
    }
    const wild = [...allowedOrigins, ...allowedHeaders].find((pattern) => pattern.split('*').length > 2);
    if (wild !== undefined) {
      throw new S3Error('InvalidRequest', `"${wild}" can not have more than one wildcard.`);
    }
  }
};

/** GetBucketCors */
export const getBucketCors: S3Operation = (call) => {
  const { name, corsRules } = bucketOf(call);
  if (corsRules === undefined) {
    throw new S3Error('NoSuchCORSConfiguration', 'The CORS configuration does not exist', {
      elements: { BucketName: name },
    });
  }
  return {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: writeXml('CORSConfiguration', {
      CORSRule: corsRules.map((rule) => ({
        ID: rule.id,
        AllowedMethod: [...rule.allowedMethods],
        AllowedOrigin: [...rule.allowedOrigins],
        AllowedHeader: [...(rule.allowedHeaders ?? [])],
        ExposeHeader: [...(rule.exposeHeaders ?? [])],
        MaxAgeSeconds: rule.maxAgeSeconds,
      })),
    }),
  };
};

/** DeleteBucketCors */
export const deleteBucketCors: S3Operation = (call) => {
  bucketOf(call).corsRules = undefined;
  return { status: 204 };
};
