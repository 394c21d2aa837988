import type { Finding, Party } from '../../shared/finding.ts';
import { formatProblem, type Policy, parsePolicy } from '../../shared/policy.ts';
import type { Accounts } from '../../shared/route/accounts.ts';
import type { Silence } from '../../shared/route/silence.ts';

export const tenantId = '60e8de8d-8243-4bff-86c7-2aa35ef4cbf5';
export const otherTenantId = '3f8c1e52-6d0a-4b7e-9c41-5a2f7be08d16';
export const glassId = '21bab57f-dfe8-4077-afc0-1cb4e7805f93';

export const user = (id: string, name = `${id}@contoso.com`): Party => ({ type: 'user', id, name });
export const glass = user(glassId, 'bg1@contoso.onmicrosoft.com');
export const ada = user('0d9f5a3b-0c0e-4a5e-9a3f-7f6a2b1c9e42', 'ada@contoso.com');

export const findingOf = (given: Partial<Finding> = {}): Finding => ({
  id: 'finding-1',
  revision: 1,
  incident: 'incident-1',
  detection: 'admin-new-device',
  severity: 'medium',
  title: 'A title',
  summary: 'A summary',
  time: '2026-11-20T12:00:00.000Z',
  tenantId,
  subject: ada,
  actor: null,
  roles: [],
  techniques: [],
  source: { category: 'SignInLogs', recordIds: [], correlationId: null },
  details: {},
  ...given,
});

const channels = `channels:
  teams: { type: teams, webhookUrl: { env: A } }
  mail: { type: email, from: a@contoso.com, to: [b@example.net], smtpUrl: { env: B } }
  quiet: { type: teams, webhookUrl: { env: C }, minSeverity: high }
`;

/** @param rest - from `routes` on. */
export const policyText = (rest: string): string => `version: 1
tenants:
  - { id: ${tenantId}, name: contoso, accounts: { emergency: [${glassId}] } }
  - { id: ${otherTenantId}, name: Fabrikam }
${channels}${rest}`;

export function policyFrom(rest: string): Policy {
  const parsed = parsePolicy(policyText(rest), 'policy.yaml');
  if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'));
  return parsed.policy;
}

/** Two names of one account are told apart by nobody here: ids and names are what they are. */
export const accounts: Accounts = {
  isMeant: (_, { id, name }, written) => [id, name?.toLowerCase()].includes(written),
  isBreakGlass: (tenant, { id, name }) =>
    tenant === tenantId && (id === glassId || name === glass.name),
  idOf: (_, { id, name }) => id ?? [glass, ada].find((one) => one.name === name)?.id ?? undefined,
};

export const silenceOf = (given: Partial<Silence> = {}): Silence => ({
  id: 'silence-1',
  detections: ['admin-new-device'],
  accounts: [],
  tenants: [],
  by: { id: 'ana', name: 'Ana Ruiz', identifiedBy: 'sign-in' },
  reason: 'new laptops',
  createdAt: '2026-11-20T10:00:00.000Z',
  until: '2026-11-21T10:00:00.000Z',
  ended: null,
  ...given,
});
