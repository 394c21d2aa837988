import type { PrivilegeChange } from './privilege-change.ts';

/** What an audit operation does to privilege. */
export type PrivilegeOperation = Pick<PrivilegeChange, 'effect' | 'tier' | 'stage' | 'way'> & {
  subject: 'role' | 'group-member' | 'group-owner';
};

type Row = [
  effect: PrivilegeChange['effect'],
  tier: PrivilegeChange['tier'],
  way: PrivilegeChange['way'],
  stage?: PrivilegeChange['stage'],
];

const exact = new Map<string, Row>([
  ['add member to role', ['grant', 'active', 'core']],
  ['add role assignment to role definition', ['grant', 'active', 'core']],
  ['add eligible member to role', ['grant', 'eligible', 'core']],
  ['add eligibleroleassignment to roledefinition', ['grant', 'eligible', 'core']],
  ['add member to role outside of pim (permanent)', ['grant', 'active', 'pim-notice', 'notice']],
  ['add member to role completed (pim activation)', ['grant', 'active', 'pim-activation']],
  // Whatever PIM gives back with a restored account.
  ['restore member from role', ['grant', 'active', 'pim-extended']],
  ['restore member from role in pim completed', ['grant', 'active', 'pim-extended']],
  ['restore permanent direct role assignment', ['grant', 'active', 'pim-extended']],
  ['restore eligible member from role in pim completed', ['grant', 'eligible', 'pim-extended']],
  ['restore permanent eligible role assignment', ['grant', 'eligible', 'pim-extended']],
  ['remove member from role', ['revoke', 'active', 'core']],
  ['remove role assignment from role definition', ['revoke', 'active', 'core']],
  ['remove eligible member from role', ['revoke', 'eligible', 'core']],
  ['remove eligibleroleassignment from roledefinition', ['revoke', 'eligible', 'core']],
  ['remove member from role (pim activation expired)', ['revoke', 'active', 'pim-activation']],
  ['remove member from role completed (pim deactivate)', ['revoke', 'active', 'pim-activation']],
  ['remove permanent direct role assignment', ['revoke', 'active', 'pim-permanent']],
  ['remove permanent eligible role assignment', ['revoke', 'eligible', 'pim-permanent']],
]);

const groupOperations = new Map<string, Pick<PrivilegeOperation, 'effect' | 'subject'>>([
  ['add member to group', { effect: 'grant', subject: 'group-member' }],
  ['remove member from group', { effect: 'revoke', subject: 'group-member' }],
  ['add owner to group', { effect: 'grant', subject: 'group-owner' }],
  ['remove owner from group', { effect: 'revoke', subject: 'group-owner' }],
]);

// The kind in brackets (permanent, timebound, renew, ...) is missing on some removals.
const inPim =
  /^(add|update|remove) (eligible )?member (?:to|in|from)(?: role)? ?(?:in )?pim (requested|completed)(?: \((.+)\))?$/;
const scoped =
  /^(add|remove) (eligible )?(?:scoped member (?:to|from) role|member (?:to|from) role scoped over restricted management administrative unit)\b/;

/** @param operation - folded operation name. */
export function privilegeOperation(operation: string): PrivilegeOperation | undefined {
  const group = groupOperations.get(operation);
  if (group) return { ...group, tier: 'active', way: 'core', stage: 'done' };
  const row = exact.get(operation);
  if (row) {
    const [effect, tier, way, stage = 'done'] = row;
    return { effect, tier, way, stage, subject: 'role' };
  }
  return operationInPim(operation) ?? scopedOperation(operation);
}

function operationInPim(operation: string): PrivilegeOperation | undefined {
  const match = inPim.exec(operation);
  if (!match) return undefined;
  const [, verb, eligible, stage, kind] = match;
  return {
    effect: verb === 'remove' ? 'revoke' : 'grant',
    tier: eligible ? 'eligible' : 'active',
    way:
      verb === 'update' || kind === 'renew' || kind === 'extend'
        ? 'pim-extended'
        : kind === 'permanent'
          ? 'pim-permanent'
          : 'pim-timebound',
    stage: stage === 'requested' ? 'request' : 'done',
    subject: 'role',
  };
}

function scopedOperation(operation: string): PrivilegeOperation | undefined {
  const match = scoped.exec(operation);
  if (!match) return undefined;
  return {
    effect: match[1] === 'add' ? 'grant' : 'revoke',
    tier: match[2] ? 'eligible' : 'active',
    way: 'core-scoped',
    stage: 'done',
    subject: 'role',
  };
}
