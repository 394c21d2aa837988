import { hasPim } from '../posture/plans.ts';
import { definePostureCheck, tenantParty, unread } from '../posture-check.ts';

const plans = (...names: string[]) => ({ organization: { plans: names } });

export default definePostureCheck({
  id: 'posture-pim-licence',
  title: 'No licence for PIM',
  severity: 'low',
  categories: ['Graph'],
  techniques: ['T1078.004'],
  source:
    'https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-configure',
  why: 'Without Privileged Identity Management every administrator is one all day long, and nothing asks for a reason, an approval or an end.',
  triage: [
    'Microsoft Entra ID P2 or Governance is needed for the administrators alone, not for everybody.',
    'Until then: few administrators, separate accounts, MFA for all of them, a review every quarter.',
  ],
  falsePositives: [
    'Another product gives privilege for a time and takes it back.',
    'A licence under a name that this version does not know.',
  ],

  check({ snapshot, tenant }) {
    const isLicensed = hasPim(snapshot);
    if (isLicensed === undefined) return [unread(snapshot, 'organization')];
    if (isLicensed) return [];
    return [
      {
        key: ['licence'],
        title: 'No licence for PIM: every role is held all day long',
        summary:
          'The tenant has neither Microsoft Entra ID P2 nor Entra ID Governance, so roles can not be activated for a time.',
        subject: tenantParty(tenant),
        matter: ['pim-control', 'licence'] as const,
      },
    ];
  },

  examples: () => [
    { name: 'P1 alone', directory: plans('AAD_PREMIUM', 'EXCHANGE_S_STANDARD'), expect: 'low' },
    {
      name: 'governance of information is something else',
      directory: plans('INFO_GOVERNANCE'),
      expect: 'low',
    },
    { name: 'nothing at all', directory: plans(), expect: 'low' },
    { name: 'P2', directory: plans('AAD_PREMIUM', 'AAD_PREMIUM_P2'), expect: 'nothing' },
    { name: 'governance', directory: plans('ENTRA_IDENTITY_GOVERNANCE'), expect: 'nothing' },
    { name: 'the plans were not read', directory: { organization: {} }, expect: 'unknown' },
    { name: 'nothing was read', expect: 'unknown' },
  ],
});
