import { isLoopbackHost } from '../tell/host-rules.ts';

type Form = { allowed: string; fits(value: string): boolean };

const webAddress: Form = { allowed: 'an https URL', fits: isWebAddress };
const credential: Form = {
  allowed: 'one word, without blanks or line breaks around it',
  fits: (value) => /^\S+$/.test(value),
};

/** By the key of the policy that names the variable: what it must look like. Nothing is said of others. */
export const variableForms: Readonly<Record<string, Form>> = {
  webhookUrl: webAddress,
  url: webAddress,
  endpoint: webAddress,
  smtpUrl: {
    allowed: 'smtps://user:password@host:465, or smtp://',
    fits: (value) => /^smtps?:$/.test(URL.parse(value)?.protocol ?? ''),
  },
  resource: {
    allowed: 'the https endpoint of the resource, or its connection string',
    fits: (value) => isWebAddress(value) || /(?:^|;)\s*endpoint=https?:\/\//i.test(value),
  },
  routingKey: {
    allowed: 'the integration key, 32 letters and digits',
    fits: (value) => /^[A-Za-z0-9]{32}$/.test(value),
  },
  secret: {
    allowed: 'whsec_… or whsk_…',
    fits: (value) => value.split(/\s+/).every((one) => /^whs(?:ec|k)_\S{8,}$/.test(one)),
  },
  token: credential,
  apiKey: credential,
  accessKey: credential,
  connection: {
    allowed: 'the connection string of an event hub: Endpoint=sb://…',
    fits: (value) => /(?:^|;)\s*Endpoint=sb:\/\//i.test(value),
  },
  ca: {
    allowed: 'certificates as PEM',
    fits: (value) => value.includes('-----BEGIN CERTIFICATE-----'),
  },
};

function isWebAddress(value: string): boolean {
  const url = URL.parse(value);
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopbackHost(url.hostname));
}

/** @returns what is allowed for this key of the policy, if the value does not look like that. */
export function notAllowed(key: string, value: string): string | undefined {
  const form = variableForms[key];
  return form === undefined || form.fits(value) ? undefined : form.allowed;
}
