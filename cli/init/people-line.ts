import { account, line, mailAddress } from '../../shared/policy/fields.ts';

export type PersonLine = { name: string; account: string; mail: string | undefined };

export const personAllowed =
  'name, account (user principal name or object id) and, if you like, a mail address outside the tenant, with commas between';

/** `Ana Ruiz, ana.adm@contoso.com, ana@example.net` @returns undefined for what is none. */
export function personIn(text: string): PersonLine | undefined {
  const [name = '', signsIn = '', mail, ...rest] = text.split(',').map((part) => part.trim());
  if (rest.length > 0) return undefined;
  const isRight =
    line(80, 'a name').safeParse(name).success &&
    account.safeParse(signsIn).success &&
    (!mail || mailAddress.safeParse(mail).success);
  return isRight ? { name, account: signsIn.toLowerCase(), mail: mail || undefined } : undefined;
}
