import type { Party } from '../../finding.ts';
import type { SignInEvent } from '../../read/event.ts';
import type { Watchlist } from '../../watch/watchlist.ts';

/** A device that the tenant manages, or that is known as theirs: it was proved, not only claimed. */
export const isOwnDevice = (
  { id, isCompliant, isManaged }: Pick<SignInEvent['device'], 'id' | 'isCompliant' | 'isManaged'>,
  devices: ReadonlySet<string>,
) => id !== null && (isCompliant === true || isManaged === true || devices.has(id));

/** The devices that the snapshot names as an account's own. */
export const knownDevices = (account: Party, watchlist: Watchlist): ReadonlySet<string> =>
  new Set(
    (watchlist.account(account)?.snapshot?.known?.devices ?? []).map((device) =>
      device.toLowerCase(),
    ),
  );
