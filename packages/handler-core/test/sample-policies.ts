import { ORIGIN } from '../src/contract/constants.ts';
import type { AdmissionOptions } from '../src/runtime/admission.ts';

type Policy = Readonly<Partial<AdmissionOptions>>;

const NO_QUEUE: Policy = { maxTransfers: Number.POSITIVE_INFINITY, smallLane: 0 };
const LIVE_ONLY = [ORIGIN.REALTIME] as const;

/**
 * When mesibo's own sample handlers defer, as options: for apps that come from one of them and want no surprises.
 * The app's download preference is not among them: add `autoDownload`. The samples' defects are not kept.
 */
export const SAMPLE_POLICIES: {
  readonly [name in 'android' | 'ios' | 'swift' | 'androidFileInfo' | 'iosFileInfo']: Policy;
} = {
  /** `MesiboFileTransferHelper.java`, SDK 2.x. */
  android: { maxTransfers: 4, smallLane: 0, maxAutoUploads: 5 },
  /** `SampleAppFileTransferHandler.m`, SDK 2.x: asks for no network; refuses relative URLs. */
  ios: { ...NO_QUEUE, autoOrigins: LIVE_ONLY, autoOffline: true, relativeUrls: 'defer' },
  /** `SampleAppFileTransferHandler.swift`, SDK 2.x. */
  swift: { ...NO_QUEUE, autoOrigins: LIVE_ONLY, autoOffline: true },
  /** The Android sample of the FileInfo generation. */
  androidFileInfo: {
    maxTransfers: 4,
    smallLane: 0,
    autoUpload: false,
    maxAutoUploads: 3,
    maxMeteredDownloads: 3,
    autoOrigins: LIVE_ONLY,
  },
  /** The iOS sample of the FileInfo generation. */
  iosFileInfo: { ...NO_QUEUE, autoUpload: false, autoOrigins: LIVE_ONLY },
};
