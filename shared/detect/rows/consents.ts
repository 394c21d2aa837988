import type { AuditEvent } from '../../read/event.ts';
import { asFlag } from '../../read/raw.ts';
import { textAfter, wholeText } from './applications.ts';
import { permissionNamed } from './permissions.ts';

/** The names of the dangerous permissions in one list that are not in another, as the data spells them. */
export function dangerousAdded(before: readonly string[], after: readonly string[]): string[] {
  const had = new Set(before.map((name) => name.toLowerCase()));
  const added = after.filter((name) => !had.has(name.toLowerCase()));
  return [...new Set(added.flatMap((name) => permissionNamed(name)?.name ?? []))].sort();
}

/** The words of a list of permissions, whatever stands between and around them. */
export const wordsIn = (text: string): string[] => text.split(/[\s,"[\]]+/);

export type Consent = {
  isByAdmin: boolean;
  /** The row says that it holds for nobody but who gave it. */
  isForOne: boolean;
  /** The dangerous ones among the delegated permissions that are new. */
  dangerous: string[];
};

/** What a row of `Consent to application` says. */
export function consentOf(event: AuditEvent): Consent {
  const changes = event.targets.flatMap(({ changes }) =>
    wholeText(changes.get('consentaction.permissions')?.after).split(';'),
  );
  return {
    isByAdmin: asFlag(textAfter(event, 'consentcontext.isadminconsent')) === true,
    isForOne: asFlag(textAfter(event, 'consentcontext.onbehalfofall')) === false,
    dangerous: [...new Set(changes.flatMap(dangerousIn))].sort(),
  };
}

/** `[…] => [[Id: …, ConsentType: AllPrincipals, Scope: …, …]]`: what was granted before, and what is now. */
function dangerousIn(change: string): string[] {
  const [before = '', after] = change.split('=>');
  return after === undefined
    ? dangerousAdded([], wordsIn(before))
    : dangerousAdded(wordsIn(before), wordsIn(after));
}
