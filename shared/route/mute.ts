import { derivedId, type Finding, type Party } from '../finding.ts';
import { type Severity, severityRank } from '../severity.ts';
import type { Accounts } from './accounts.ts';

/** A finding that people were told of, and that may mute lesser ones about the same account. */
export type Mute = {
  tenantId: string;
  /** The object id of the account, or else its name. */
  account: string;
  detection: string;
  severity: Severity;
  /** When it happened, UTC ISO 8601. */
  at: string;
};

/** Undefined for a finding about nobody in particular. */
export function muteOf(finding: Finding, accounts: Accounts): Mute | undefined {
  const { tenantId, subject, detection, severity, time } = finding;
  const account = accountOf(tenantId, subject, accounts);
  return account === undefined ? undefined : { tenantId, account, detection, severity, at: time };
}

export const accountOf = (tenantId: string, party: Party, { idOf }: Accounts) =>
  idOf(tenantId, party) ?? party.name?.toLowerCase();

/** The same for every finding of one detection about one account. */
export const muteId = ({ tenantId, account, detection }: Omit<Mute, 'severity' | 'at'>): string =>
  derivedId('mute', tenantId, account, detection);

/** The same in whatever order they come: the later one, of one moment the graver. */
export function laterMute(kept: Mute | undefined, found: Mute): Mute {
  if (!kept) return found;
  if (kept.at !== found.at) return kept.at > found.at ? kept : found;
  return severityRank(kept.severity) >= severityRank(found.severity) ? kept : found;
}
