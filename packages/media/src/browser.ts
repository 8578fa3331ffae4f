export { type MediaFormat, type Stripped, stripMetadata } from './metadata/strip.ts';
export { type CanvasGlobals, canvasCodec } from './picture/canvas-codec.ts';
export type { EncodedPicture, PictureCodec, PictureWish } from './picture/codec.ts';
export { type PosterGlobals, posterOf } from './picture/poster.ts';
export {
  type MediaFacts,
  type MediaOptions,
  type MediaProblem,
  type PreparedPicture,
  preparePicture,
} from './prepare.ts';
export { type BlobMediaOptions, type PreparedBlob, prepareBlob } from './prepare-blob.ts';
