import type { Snapshot } from '../../watch/directory.ts';
import { type Unknown, unread } from '../posture-check.ts';

type Licensed = Pick<Snapshot, 'organization' | 'gaps'>;

/** Microsoft Entra ID P2: PIM, risk, access reviews. Undefined where nobody read what the tenant has. */
export const hasP2 = (snapshot: Licensed): boolean | undefined =>
  hasPlan(snapshot, /^aad_premium_p2/i);

/** PIM comes with P2, and with Microsoft Entra ID Governance, by itself or in a suite. */
export const hasPim = (snapshot: Licensed): boolean | undefined =>
  hasPlan(snapshot, /^aad_premium_p2|(identity|entra_id)_governance/i);

const hasPlan = ({ organization }: Licensed, name: RegExp): boolean | undefined =>
  organization?.plans?.some((plan) => name.test(plan));

/** Why what comes with P2 can't be judged; undefined where the tenant has it. */
export function lackOfP2(snapshot: Licensed): Unknown | undefined {
  const isLicensed = hasP2(snapshot);
  if (isLicensed === undefined) return unread(snapshot, 'organization');
  return isLicensed
    ? undefined
    : { unknown: 'It needs Microsoft Entra ID P2, which the tenant does not have.' };
}
