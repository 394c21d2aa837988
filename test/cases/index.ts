import { azure } from './azure.ts';
import { breakGlass } from './break-glass.ts';
import { breakGlassChanges } from './break-glass-changes.ts';
import { broken } from './broken.ts';
import type { Case } from './case.ts';
import { customRoles } from './custom-roles.ts';
import { grants } from './grants.ts';
import { grantsByWhom } from './grants-by-whom.ts';
import { legacyClients } from './legacy-clients.ts';
import { mfa } from './mfa.ts';
import { passwordAge } from './password-age.ts';
import { passwords } from './passwords.ts';
import { pimCases } from './pim.ts';
import { pimPlanes } from './pim-planes.ts';
import { policies } from './policies.ts';
import { signInRows } from './sign-in-rows.ts';
import { spelling } from './spelling.ts';
import { timeline } from './timeline.ts';
import { timelineGroups } from './timeline-groups.ts';
import { transports } from './transports.ts';

export const topics: readonly { topic: string; cases: readonly Case[] }[] = [
  { topic: 'transports', cases: transports },
  { topic: 'broken input', cases: broken },
  { topic: 'spelling', cases: spelling },
  { topic: 'roles given', cases: grants },
  { topic: 'roles given, by whom', cases: grantsByWhom },
  { topic: 'custom roles', cases: customRoles },
  { topic: 'PIM', cases: pimCases },
  { topic: 'PIM: planes and groups', cases: pimPlanes },
  { topic: 'MFA', cases: mfa },
  { topic: 'legacy clients and tools', cases: legacyClients },
  { topic: 'rows of one sign-in', cases: signInRows },
  { topic: 'break-glass accounts', cases: breakGlass },
  { topic: 'break-glass accounts changed and acting', cases: breakGlassChanges },
  { topic: 'who was privileged when', cases: timeline },
  { topic: 'who was privileged when, by groups', cases: timelineGroups },
  { topic: 'passwords', cases: passwords },
  { topic: 'age of passwords', cases: passwordAge },
  { topic: 'Azure Activity', cases: azure },
  { topic: 'what the policy says', cases: policies },
];
