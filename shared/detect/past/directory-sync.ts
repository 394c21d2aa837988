import type { SignInEvent } from '../../read/event.ts';
import type { Context } from '../detection.ts';
import { isSynchronisation } from '../rows/approved-actors.ts';
import { placeUse } from './usual-places.ts';

export const entraConnect = 'cb1056e2-e479-49de-ae31-7812af012ed8';

/**
 * The account of the directory synchronisation at its work: with a password and nothing else, twice an
 * hour, until it is given a certificate. Whoever has that password may use the same application, but
 * not from the server.
 */
export const isSyncSignIn = (event: SignInEvent, context: Context): boolean =>
  event.app.id === entraConnect &&
  isSynchronisation(event.account, event.at, context) &&
  placeUse(event.ip, event.at, event.account, context) !== 'new';
