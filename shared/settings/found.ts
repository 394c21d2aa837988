/** What the platform leaves in place of a secret that it could not fetch. */
export const vaultReference = /^\s*@Microsoft\.KeyVault\(/i;

const kinds: readonly [pattern: RegExp, kind: string][] = [
  [vaultReference, 'a reference to a Key Vault that was not resolved'],
  [/^\s*$/, 'only blanks'],
  [/^(["']).*\1$/s, 'quotation marks around it'],
  [/^<[^<>]*>$/, 'a placeholder'],
  [/(?:^|;)\s*(?:AccountKey|SharedAccess\w+|\w*Endpoint\w*)=/i, 'a connection string'],
  [/[\r\n]/, 'more than one line'],
  [/^\s|\s$/, 'blanks around it'],
  [/^http:\/\//i, 'a URL that is not https'],
  [/^[a-z][a-z0-9+.-]*:\/\//i, 'a URL'],
];

/** A word that helps to be seen. */
const word = /^[\w.$-]{1,24}$/;
/** What a key looks like that stands in the wrong place: letters of both cases and digits, or long with digits. */
const keyLike = /^(?=.*\d)(?:(?=.*[a-z])(?=.*[A-Z])|.{16})/;

/**
 * What a setting holds, in kind. Only a short word is repeated, and of a secret nothing.
 *
 * @param value - not empty.
 */
export function foundIn(value: string, isSecret: boolean): string {
  const [, kind] = kinds.find(([pattern]) => pattern.test(value)) ?? [];
  if (kind !== undefined) return kind;
  if (isSecret) return 'something else';
  return word.test(value) && !keyLike.test(value)
    ? `"${value}"`
    : `text of ${value.length} characters`;
}
