import { entraConnect } from '../past/directory-sync.ts';
import { day, later, type Person } from './history.ts';
import { directRole, signIn } from './records.ts';

const synchronisation = 'd29b2b05-8046-44ba-8758-1e26182fcf32';

/** Makes somebody the account of the directory synchronisation, two days before: the role tells it. */
export const syncRole = (who: Person) => later(-2 * day, directRole(who, synchronisation));

/** The synchronisation signs in. */
export const syncs = (who: Person, fields: object = {}) =>
  signIn(who, { appId: entraConnect, authenticationProtocol: 'ropc', ...fields });
