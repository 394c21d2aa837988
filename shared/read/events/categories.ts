import type { SignInEvent } from '../event.ts';
import { asFlag, asId, asText, plainOf, type Raw } from '../raw.ts';

/** What a log category holds. Names in lower case; Log Analytics calls the same logs by table names. */
export type Shape =
  | { kind: 'audit' | 'risk' | 'activity' }
  | { kind: 'signIn'; flow: SignInEvent['flow'] }
  | { kind: 'unwatched' };

const audit: Shape = { kind: 'audit' };
const risk: Shape = { kind: 'risk' };
const activity: Shape = { kind: 'activity' };
const unwatched: Shape = { kind: 'unwatched' };
const signIn = (flow: SignInEvent['flow']): Shape => ({ kind: 'signIn', flow });

const shapes = new Map<string, Shape>([
  ['auditlogs', audit],
  ['signinlogs', signIn('user')],
  ['adfssigninlogs', signIn('user')],
  ['aadadfssigninlogs', signIn('user')],
  ['noninteractiveusersigninlogs', signIn('refresh')],
  ['aadnoninteractiveusersigninlogs', signIn('refresh')],
  ['serviceprincipalsigninlogs', signIn('workload')],
  ['aadserviceprincipalsigninlogs', signIn('workload')],
  ['managedidentitysigninlogs', signIn('workload')],
  ['aadmanagedidentitysigninlogs', signIn('workload')],
  ['microsoftserviceprincipalsigninlogs', signIn('workload')],
  ['riskyusers', risk],
  ['aadriskyusers', risk],
  ['userriskevents', risk],
  ['aaduserriskevents', risk],
  ['riskyserviceprincipals', risk],
  ['aadriskyserviceprincipals', risk],
  ['serviceprincipalriskevents', risk],
  ['aadserviceprincipalriskevents', risk],
  ['azureactivity', activity],
  ['administrative', activity],
  ['action', activity],
  ['write', activity],
  ['delete', activity],
  ['security', activity],
  ['policy', activity],
  // These have fields in common with logs that are watched.
  ['microsoftgraphactivitylogs', unwatched],
  ['provisioninglogs', unwatched],
  ['aadprovisioninglogs', unwatched],
  ['b2crequestlogs', unwatched],
  ['networkaccesstrafficlogs', unwatched],
  ['enrichedoffice365auditlogs', unwatched],
]);

const signInFlows = new Map<string, SignInEvent['flow']>([
  ['interactiveuser', 'user'],
  ['noninteractiveuser', 'refresh'],
  ['serviceprincipal', 'workload'],
  ['managedidentity', 'workload'],
]);

/**
 * What a record holds, by its category or, where it has none (Graph API answers, portal downloads)
 * or only the inner one (Log Analytics rows), by its fields.
 */
export function shapeOf(record: Raw, properties: Raw): Shape | undefined {
  // Copies from the API write `{ value, localizedValue }` where the hub has plain text.
  const category = asText(plainOf(record.category))?.toLowerCase();
  const table = asText(record.type)?.toLowerCase();
  const named =
    (table ? shapes.get(table) : undefined) ?? (category ? shapes.get(category) : undefined);
  if (named && (named.kind !== 'activity' || !hasAuditFields(properties))) return named;
  const byFields = shapeByFields(properties);
  if (byFields) return byFields;
  if (category) return unwatched;
  return isOperation(asText(plainOf(record.operationName)) ?? '') ? activity : undefined;
}

/** The name of an operation on a resource of Azure: `Microsoft.Authorization/locks/delete`. */
export const isOperation = (name: string) => /^microsoft\.\w+(\.\w+)*\/\S+$/i.test(name);

export function categoryNameOf(shape: Shape, record: Raw): string {
  const written = asText(plainOf(record.category));
  if (written && shapes.get(written.toLowerCase())?.kind === shape.kind) return written;
  if (shape.kind === 'audit') return 'AuditLogs';
  if (shape.kind === 'risk') return 'RiskyUsers';
  if (shape.kind !== 'signIn') return written ?? 'Administrative';
  return {
    user: 'SignInLogs',
    refresh: 'NonInteractiveUserSignInLogs',
    workload: 'ServicePrincipalSignInLogs',
  }[shape.flow];
}

const hasAuditFields = (properties: Raw) =>
  properties.targetResources !== undefined || properties.initiatedBy !== undefined;

function shapeByFields(properties: Raw): Shape | undefined {
  if (hasAuditFields(properties)) return audit;
  if (properties.riskState !== undefined && properties.appId === undefined) return risk;
  if (properties.status === undefined && properties.createdDateTime === undefined) return undefined;
  if (properties.appId === undefined && properties.userId === undefined) return undefined;
  const types = properties.signInEventTypes;
  const type = asText(Array.isArray(types) ? types[0] : types)?.toLowerCase() ?? '';
  const flow = signInFlows.get(type);
  if (flow) return signIn(flow);
  if (!asId(properties.userId) && asId(properties.servicePrincipalId)) return signIn('workload');
  return signIn(asFlag(properties.isInteractive) === false ? 'refresh' : 'user');
}
