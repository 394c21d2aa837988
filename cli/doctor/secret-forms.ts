import { isLoopbackHost } from '../../shared/tell/host-rules.ts';
import type { DoctorDeps } from './check.ts';

/** By the key of the policy that names the variable: what it must look like. Nothing is said of others. */
const forms: Readonly<Record<string, { allowed: string; fits(value: string): boolean }>> = {
  webhookUrl: { allowed: 'an https URL', fits: isWebAddress },
  url: { allowed: 'an https URL', fits: isWebAddress },
  smtpUrl: {
    allowed: 'smtps://user:password@host:465, or smtp://',
    fits: (value) => /^smtps?:$/.test(URL.parse(value)?.protocol ?? ''),
  },
  routingKey: {
    allowed: 'the integration key, 32 letters and digits',
    fits: (value) => /^[A-Za-z0-9]{32}$/.test(value),
  },
  secret: {
    allowed: 'whsec_… or whsk_…',
    fits: (value) => value.split(/\s+/).every((one) => /^whs(?:ec|k)_\S{8,}$/.test(one)),
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

/** @returns what is allowed, if the value of the variable does not look like that. */
export function formProblem(
  variable: string,
  value: string,
  { policy: read }: Pick<DoctorDeps, 'policy'>,
): string | undefined {
  if (!('policy' in read)) return undefined;
  const { channels, sinks } = read.policy;
  for (const settings of [...Object.values(channels), ...Object.values(sinks)]) {
    for (const [key, given] of Object.entries(settings)) {
      if ((given as { env?: unknown } | null)?.env !== variable) continue;
      const form = forms[key];
      if (form && !form.fits(value)) return form.allowed;
    }
  }
  return undefined;
}
