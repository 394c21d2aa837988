import { cleanLine } from '../clean-text.ts';

import type { Snapshot } from '../watch/directory.ts';
import { type DirectoryPart, tenantSections } from '../watch/tenant-fields.ts';
import { isoFrom } from './iso-from.ts';

/** A part of the directory that is dark, for people: which, why, and how old what is known of it is. */
export type Gap = {
  part: DirectoryPart;
  why: 'permission' | 'licence' | 'failed' | 'notConfigured' | 'absent';
  detail: string;
  asOf: string | null;
};

/** What each part of the directory is called. */
export const partNames: Record<DirectoryPart, string> = {
  roles: 'roles and who holds them',
  roleFlags: 'which roles Microsoft calls privileged',
  pim: 'assignments in PIM',
  groups: 'groups',
  groupPim: 'PIM of groups',
  users: 'accounts of people',
  signInActivity: 'last sign-ins',
  registration: 'registered methods',
  mailRules: 'rules of mailboxes',
  risk: 'risks of users',
  applications: 'applications',
  organization: 'the organisation: domains, licences, synchronisation',
  conditionalAccess: 'Conditional Access',
  securityDefaults: 'security defaults',
  authenticationMethods: 'the policy of methods',
  consent: 'consent and guests',
  pimSettings: 'settings of PIM',
  pimAlerts: 'PIM’s own alerts',
  accessReviews: 'access reviews',
  secureScore: 'Secure Score',
  azure: 'Azure subscriptions',
  logExport: 'export of the logs',
};

/** What was not read and says why, then the sections that are just not there. */
export function gapsOf(snapshot: Snapshot | undefined): Gap[] {
  if (!snapshot) return [];
  const told = (snapshot.gaps ?? []).map(({ part, why, detail, asOf }) => ({
    part,
    why,
    detail: cleanLine(detail, 300),
    asOf: isoFrom(asOf),
  }));
  const absent = (Object.keys(partNames) as DirectoryPart[])
    .filter((part) => part in tenantSections && !snapshot[part as keyof Snapshot])
    .filter((part) => !told.some((gap) => gap.part === part))
    .map((part) => ({
      part,
      why: 'absent' as const,
      detail: 'The snapshot says nothing of it.',
      asOf: null,
    }));
  return [...told, ...absent];
}
