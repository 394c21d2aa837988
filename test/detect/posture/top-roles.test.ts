import { expect, test } from 'vitest';
import { helpdeskAdministrator } from '../../../shared/detect/examples/tenant.ts';
import { holdsTopRole } from '../../../shared/detect/posture/top-roles.ts';
import { globalAdministrator } from '../../../shared/roles.ts';

const privilegedAuthenticationAdministrator = '7be44c8a-adaf-4e2a-84d6-ab2649e08a13';
const role = (templateId: string, scope = '/') => ({ templateId, name: 'a role', scope });

test.each([
  ['none', [], false],
  ['a lesser one', [role(helpdeskAdministrator)], false],
  ['a top one', [role(globalAdministrator)], true],
  ['a top one beside a lesser one', [role(helpdeskAdministrator), role(globalAdministrator)], true],
  ['a top one in the tenant', [role(privilegedAuthenticationAdministrator)], true],
  [
    'a top one in a part of it',
    [role(privilegedAuthenticationAdministrator, '/administrativeUnits/1')],
    false,
  ],
])('%s', (_, roles, expected) => {
  expect(holdsTopRole(roles)).toBe(expected);
});
