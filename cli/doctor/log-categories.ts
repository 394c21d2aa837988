import type { DetectionInfo } from '../../shared/detect/detection-info.ts';
import { settingsFrom } from '../../shared/policy/settings-of.ts';
import type { Policy } from '../../shared/policy.ts';
import { everyInfo } from '../infos.ts';
import { azdValue } from './azd-value.ts';

export type LogCategory = {
  name: string;
  /** Ids of the detections that read it and are on. */
  detections: readonly string[];
  /** What Entra exports it for; undefined: for everybody. */
  licence: Licence | undefined;
  /** Of a tenant where nothing happens it stays empty. */
  isRare: boolean;
};

export type Licence = { name: string; plans: readonly string[] };

const p1: Licence = { name: 'Microsoft Entra ID P1', plans: ['AAD_PREMIUM', 'AAD_PREMIUM_P2'] };
const p2: Licence = { name: 'Microsoft Entra ID P2', plans: ['AAD_PREMIUM_P2'] };
const workloads: Licence = {
  name: 'Microsoft Entra Workload ID Premium',
  plans: ['AAD_WRKLDID_P2', 'AAD_WRKLDID_P1'],
};

/** Detections name other sources too, such as the directory. */
const isLog = (name: string) => name in licences;

const licences: Readonly<Record<string, Licence | undefined>> = {
  AuditLogs: undefined,
  SignInLogs: p1,
  NonInteractiveUserSignInLogs: p1,
  ServicePrincipalSignInLogs: p1,
  ManagedIdentitySignInLogs: p1,
  ADFSSignInLogs: p1,
  RiskyUsers: p2,
  UserRiskEvents: p2,
  RiskyServicePrincipals: workloads,
  ServicePrincipalRiskEvents: workloads,
  Administrative: undefined,
};
const usual = new Set(['AuditLogs', 'SignInLogs', 'NonInteractiveUserSignInLogs']);

/** The log categories that the detections of this release need, as the policy has them on. */
export function neededCategories(
  policy: Policy,
  infos: readonly DetectionInfo[] = everyInfo,
): LogCategory[] {
  const settingsOf = settingsFrom(policy);
  const needing = new Map<string, string[]>();
  for (const { id, categories } of infos) {
    if (!(settingsOf as (id: string) => { enabled: boolean })(id).enabled) continue;
    for (const name of categories.filter(isLog)) {
      needing.set(name, [...(needing.get(name) ?? []), id]);
    }
  }
  return Object.entries(licences).flatMap(([name, licence]) => {
    const detections = needing.get(name);
    return detections ? [{ name, detections, licence, isRare: !usual.has(name) }] : [];
  });
}

/** Log Analytics spells some of them with its own prefix, and Azure its activity log by what was done. */
export function isOfCategory(written: string, category: string): boolean {
  const [one, other] = [written.toLowerCase().replace(/^aad/, ''), category.toLowerCase()];
  if (other !== 'administrative') return one === other;
  return ['administrative', 'azureactivity', 'action', 'write', 'delete'].includes(one);
}

/** How it comes to be exported. @param hub - undefined: the settings do not name it. */
export function switchOn(category: string, hub: string | undefined): string {
  const exported = `--rule-id ${azdValue('GLASSWATCH_EXPORT_RULE_ID')} --hub ${hub || azdValue('GLASSWATCH_HUB')}`;
  return category === 'Administrative'
    ? `Export the category Administrative of each subscription: sh infra/tenant/activity-log.sh ${exported} --subscription "$(az account show --query id --output tsv)" (as often as there are subscriptions to watch)`
    : `Switch ${category} on in the diagnostic setting of Entra (Monitoring & health > Diagnostic settings), or: sh infra/tenant/diagnostic-setting.sh ${exported}`;
}
