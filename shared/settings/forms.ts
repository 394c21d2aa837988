import * as z from 'zod';

// As in shared/policy: the message of an issue is the text of what is allowed.

export const text = (pattern: RegExp, allowed: string) => z.string(allowed).regex(pattern, allowed);

export const oneOf = <const Values extends readonly string[]>(values: Values) =>
  z.enum(values, values.join(' or '));

export const accountName = (of: string) =>
  text(/^[a-z0-9]{3,24}$/, `${of}: 3 to 24 of a-z and 0-9`);

/** With a key, a signature, or for Azurite. */
export const storageConnection = text(
  /^UseDevelopmentStorage=true;?$|(?:^|;)\s*(?:AccountName|\w+Endpoint)=[^;]/i,
  'the whole connection string of a storage account, or UseDevelopmentStorage=true for Azurite',
);

export const hubConnection = text(
  /^(?=(?:.*;)?\s*Endpoint=sb:\/\/[^;]+)(?=(?:.*;)?\s*SharedAccess(?:KeyName|Signature)=[^;])/i,
  'the whole connection string of an event hub: Endpoint=sb://…;SharedAccessKeyName=…;SharedAccessKey=…',
);

export const clientId = text(
  /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  'the client id of a user-assigned identity, a GUID',
);

export const standIn = text(
  /^http:\/\/127\.0\.0\.1:\d{1,5}$/,
  'http://127.0.0.1:7090 or with another port, and nothing else',
);

/** What a form takes, in words. */
export function allowedBy(form: z.ZodType): string {
  // No form takes null, with a default or without.
  const { error } = form.safeParse(null);
  return error?.issues[0]?.message ?? 'any text';
}
