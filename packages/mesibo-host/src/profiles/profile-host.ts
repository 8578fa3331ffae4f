import { TransferError } from '@mesibo-files/handler-core';
import type { Mailbox } from '../messages/mailbox.ts';
import { slotOf } from './picture-slot.ts';
import type { Pictures } from './pictures.ts';
import type { ProfileHost } from './profile.ts';

/** Joins the profiles that one user sees to that user's messages and pictures. */
export function profileHost(address: string, mailbox: Mailbox, pictures: Pictures): ProfileHost {
  return {
    newMessage(profile) {
      if (profile.groupId > 0)
        throw new TransferError('unsupported', 'mesibo-host sends no messages to groups');
      return mailbox.newMessage(profile.address);
    },
    createReadSession: (profile, listener) => mailbox.session(profile.address, listener),
    upload(profile, choice, path) {
      if (profile.groupId === 0 && profile.address !== address) {
        throw new TransferError('invalid-argument', "Another user's pictures can't be changed", {
          hint: 'Use getSelfProfile(), or the profile of a group.',
        });
      }
      return pictures.upload(slotOf(profile, choice), path, 0);
    },
    pictureUrl: (profile, choice) => pictures.url(slotOf(profile, choice)),
  };
}
