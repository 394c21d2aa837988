import type { SamplePerson } from '../easy-auth.ts';
import { admins, breakGlass } from './people.ts';

const signsInAs = (
  { id, upn, name }: { id: string; upn: string; name: string },
  roles: readonly string[],
): SamplePerson => ({ oid: id, upn, name, roles });

/** Whoever can sign in to the console of the embedded stack. policy.yaml names two of them as responders. */
export const responders: readonly SamplePerson[] = [
  signsInAs(admins.ines, ['Responder']),
  signsInAs(admins.ben, ['Responder']),
  {
    oid: '7c0f7f0e-6a8e-4c43-9f0b-1d5d0e2b9a11',
    upn: 'pat.quinn@contoso.com',
    name: 'Pat Quinn',
    roles: ['Reader'],
  },
  // A Global Administrator can give itself any role: it is refused all the same.
  signsInAs(breakGlass[0], ['Admin']),
];
