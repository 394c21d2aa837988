import { cleanLine } from '../../clean-text.ts';
import type { AuditEvent, AuditTarget } from '../../read/event.ts';
import { asObject, asText, isGuid, isRaw, unwrapJson } from '../../read/raw.ts';
import { wholeText } from './applications.ts';

/** A credential as far as it may be told: what a key is called by its owner may hold a secret. */
export type AddedCredential = {
  /** Tells it from the others of its application. */
  identity: string;
  kind: 'secret' | 'certificate' | 'federated trust' | 'credential';
  /** Its key id, by which sign-ins name it, or whose tokens are trusted for which subject. */
  told: string | null;
};

/** The credentials that an application has after a change and had not before. */
export function credentialsAdded({ changes }: AuditTarget): AddedCredential[] {
  const keys = changes.get('keydescription');
  const trusts = changes.get('federatedidentitycredentials');
  return [
    ...newOnes(keys?.before, keys?.after, keysIn),
    ...newOnes(trusts?.before, trusts?.after, trustsIn),
  ];
}

function newOnes(
  before: unknown,
  after: unknown,
  read: (value: unknown) => AddedCredential[],
): AddedCredential[] {
  const had = new Set(read(before).map(({ identity }) => identity));
  const added = read(after).filter(({ identity }) => !had.has(identity));
  return [...new Map(added.map((one) => [one.identity, one])).values()];
}

const itemsIn = (value: unknown): unknown[] => {
  const parsed = unwrapJson(value);
  return Array.isArray(parsed) ? parsed : [parsed];
};

/** `[KeyIdentifier=…,KeyType=Password,KeyUsage=Verify,DisplayName=…]`, or the same as an object. */
function keysIn(value: unknown): AddedCredential[] {
  return itemsIn(value).flatMap((item) => {
    if (isRaw(item)) return keyFrom(asText(item.KeyIdentifier), asText(item.KeyType));
    const text = wholeText(item);
    const keys = [...text.matchAll(/KeyIdentifier=([^,\]]+)(?:,KeyType=(\w+))?/gi)];
    return keys.length > 0 ? keys.flatMap(([, id, type]) => keyFrom(id, type)) : keyFrom(text);
  });
}

const kinds = new Map<string | undefined, AddedCredential['kind']>([
  ['password', 'secret'],
  ['asymmetricx509cert', 'certificate'],
]);

function keyFrom(id: string | undefined, type?: string): AddedCredential[] {
  if (!id) return [];
  const identity = id.toLowerCase();
  const kind = kinds.get(type?.toLowerCase()) ?? 'credential';
  // A row may have the key's name, or worse, in place of its id.
  return [{ identity, kind, told: isGuid(identity) ? identity : null }];
}

/** Another issuer or subject under the old name is another trust; another description is not. */
function trustsIn(value: unknown): AddedCredential[] {
  return itemsIn(value).flatMap((item) => {
    const trust = asObject(item);
    const parts = [trust.Issuer, trust.Subject, trust.ClaimsMatchingExpressionValue];
    const told = parts
      .map((part) => asText(part) ?? '')
      .join(' ')
      .trim();
    return told ? { identity: told, kind: 'federated trust', told: cleanLine(told, 300) } : [];
  });
}

/** Of the service of Azure that makes managed identities and renews their keys. */
export const identityServiceId = 'ef5d5c69-a5df-46bb-acaf-426f161a21a2';

/**
 * Azure renews the keys of managed identities by itself, and of nothing else. Another application may
 * take its service's name, but neither its id nor the names of a managed identity.
 */
export function isPlatformRotation(event: AuditEvent, target: AuditTarget): boolean {
  const { actor, actorAppId } = event;
  const isNamedSo = actor?.name?.toLowerCase() === 'managed service identity';
  if (!isNamedSo || actor.type !== 'servicePrincipal') return false;
  if (actorAppId !== null && actorAppId !== identityServiceId) return false;
  const names = wholeText(target.changes.get('targetid.serviceprincipalnames')?.after);
  return names === '' || names.includes('https://identity.azure.net/');
}
