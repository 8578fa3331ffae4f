export { type MediaFormat, type Stripped, stripMetadata } from './metadata/strip.ts';
export { type NodeMedia, nodeMedia } from './node-media.ts';
export type { EncodedPicture, PictureCodec, PictureWish } from './picture/codec.ts';
export { sharpCodec } from './picture/sharp-codec.ts';
export {
  type MediaFacts,
  type MediaOptions,
  type MediaProblem,
  type PreparedPicture,
  preparePicture,
} from './prepare.ts';
export { type FileMediaOptions, type PreparedFile, prepareFile } from './prepare-file.ts';
