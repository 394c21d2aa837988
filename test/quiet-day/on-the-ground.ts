import { apps } from '../../local/sample-day/apps.ts';
import type { Dice, LogRecord } from '../../local/sample-day/records.ts';
import { every, type Moment, moment, times, whileAtWork } from './moment.ts';
import { connector, staff } from './people.ts';
import { offices } from './places.ts';
import { visit } from './visits.ts';

// What the directory in the company's own rooms still does.

const entraConnect = {
  id: 'cb1056e2-e479-49de-ae31-7812af012ed8',
  name: 'Microsoft Azure Active Directory Connect',
};
const directoryGraph = {
  id: '00000002-0000-0000-c000-000000000000',
  name: 'Windows Azure Active Directory',
};

/** The synchronisation itself: a password and nothing else, from one server, twice an hour. */
export const synchronises = (dice: Dice, at: number): LogRecord =>
  visit(dice, {
    ...{ who: connector, at, factors: 'password', app: entraConnect, resource: directoryGraph },
    ...{ from: offices.Berlin, on: { detail: { deviceId: '' }, userAgent: '' } },
    client: 'Mobile Apps and Desktop clients',
    more: { authenticationProtocol: 'ropc' },
  });

export const synchronisations = (dice: Dice): Moment[] =>
  every(dice, 30, (at) => synchronises(dice, at));

/** The old kind of federation writes rows that lack most of what others have. */
export const federated = (dice: Dice): Moment[] =>
  times(60, () => {
    const who = dice.pick(staff);
    return moment(whileAtWork(dice, who.site), (at) => {
      const errorCode = dice.between(1, 9) === 1 ? 50126 : 0;
      const { exportedAt, fields } = visit(dice, {
        ...{ who, at, errorCode, factors: 'none', from: offices[who.site] },
        ...{ on: { detail: {}, userAgent: '' }, app: apps.expenses },
        resource: { id: 'urn:federation:MicrosoftOnline', name: 'adfs' },
      });
      return { exportedAt, fields: { ...fields, category: 'ADFSSignInLogs' } };
    });
  });
