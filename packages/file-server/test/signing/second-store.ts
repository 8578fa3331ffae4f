import { handlerCases, sample, signerCases } from '@mesibo-files/conformance';

/**
 * What another store behind the file server may change: what it says of parts, digests and faults, and every attack. S3
 * runs the whole suite; the others run these, and the whole suite where the environment does not say `CASES=some`.
 */
export const secondStoreSignerCases: typeof signerCases = sample(signerCases, [
  ...signerCases.map(({ name }) => name).filter((name) => name.startsWith('staged:')),
  'a file of no byte arrives whole',
  'a file of many parts and one byte arrives whole',
  'a stream of unknown length arrives whole',
  'a plan survives JSON',
  'a committed upload resumes as committed',
  'a resumed plan has the geometry of the first',
  'an upload that the store dropped is gone',
  'an expired upload request is refused as expired, and signed anew works',
  'a signer whose clock is a day off is put right by the store',
  'a damaged part is refused or found',
  'commit believes the store when an answer was lost',
  'unfinished lists exactly what is unfinished',
  'ranges give exactly the bytes asked for',
  'the stated integrity is that of the bytes',
  'who sent what is kept with the object',
  'look-alikes of a file URL are not owned, and refused',
  'wrong credentials are credentials-wrong',
  'a missing bucket is bucket-not-found',
  'no error tells a secret',
]);

export const secondStoreHandlerCases: typeof handlerCases = sample(handlerCases, [
  'a file of many parts and one byte goes up and comes down, with one result each',
  'a stopped upload, started again, sends nothing twice that is stored',
  'discard of a stopped upload leaves no part',
  'requests that expire on the way are signed anew',
  'an upload in many parts, damaged on the way, is never stored so',
  'a download, damaged on the way, is never a file',
  'wrong credentials are credentials-wrong',
  'an object overwritten during its download is object-changed',
]);
