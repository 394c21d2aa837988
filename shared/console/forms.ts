import { html } from '../clean-text.ts';
import type { KeyRing } from '../respond/link-keys.ts';
import { hourMs } from '../time.ts';

/** What a form may do: `incident:<id>`, `drills`, `drill:<id>`, `silences`, `canary:<channel>:<id>`. */
export type FormPurpose = string;

const formLifeMs = hourMs;

export type Forms = ReturnType<typeof formTokens>;

/** Tokens that tie a form to whom it was shown, and to what it was shown for. */
export function formTokens(keys: KeyRing) {
  return {
    /** The hidden field of a form. @param holder - who may send it: the id of a person or a link. */
    async field(holder: string, purpose: FormPurpose) {
      const claims = { audience: 'form', subject: holder, purpose, id: 'form' } as const;
      return html`<input type="hidden" name="form" value="${await keys.sign(claims, formLifeMs)}">`;
    },
    async isGenuine(token: string, holder: string, purpose: FormPurpose): Promise<boolean> {
      const opened = await keys.open(token, 'form');
      return (
        opened.state === 'good' &&
        opened.claims.subject === holder &&
        opened.claims.purpose === purpose
      );
    },
  };
}

const formType = /^application\/x-www-form-urlencoded\s*(?:;|$)/i;

/** More is no answer of a person. */
export const mostBodyBytes = 64 * 1024;

/** @returns undefined for whatever is no form. */
export async function readForm(request: Request): Promise<URLSearchParams | undefined> {
  if (!formType.test(request.headers.get('content-type') ?? '')) return undefined;
  return new URLSearchParams(await request.text());
}

/**
 * Whether a browser sent it from a page of this console. Pages say `no-referrer`, for which browsers
 * put `null` where the origin would be: then, and only then, their own word on it has to do.
 *
 * @param consoleUrl - where the console is, if requests do not say: behind a proxy they may not.
 */
export function isOwnForm(request: Request, consoleUrl: string | null): boolean {
  const site = request.headers.get('sec-fetch-site');
  const origin = request.headers.get('origin');
  if (site !== null && site !== 'same-origin') return false;
  if (origin === null || origin === 'null') return site === 'same-origin' && origin !== null;
  return ownOrigins(request.url, consoleUrl).includes(origin);
}

function ownOrigins(url: string, consoleUrl: string | null): string[] {
  const here = URL.parse(url);
  // The platform ends TLS before the app: what came by https may be told to us as http.
  const own = here ? [here.origin, `https://${here.host}`] : [];
  const named = consoleUrl === null ? null : URL.parse(consoleUrl);
  return named ? [...own, named.origin] : own;
}
