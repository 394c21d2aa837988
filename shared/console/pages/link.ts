import { cleanLine, type Html, html } from '../../clean-text.ts';
import type { Act } from '../../respond/journal.ts';
import type { KeptCase } from '../../tell/notify.ts';
import type { ConsoleDeps } from '../deps.ts';
import { breakable, shortLine } from '../fit.ts';
import type { Page } from '../frame.ts';
import { plainPage } from '../frame.ts';
import { answerSheet, jump, type Typed } from './answer-sheet.ts';
import { factsSheet, leadOf, nextSheet } from './incident-facts.ts';
import { incidentMarks } from './incidents.ts';

type LinkView = {
  kept: KeptCase;
  acts: readonly Act[];
  /** Whose link it is, as the policy names them. */
  name: string;
  /** The hidden field of the form; null: there is nothing to answer. */
  token: Html | null;
  whyNot: string;
  /** It was just used, and does nothing any more. */
  isUsed: boolean;
  /** Of the link itself: it stands nowhere else on the page. */
  action: string;
  notice: Html | null;
  typed: Typed;
  now: number;
};

/** What a personal link shows: the facts, and the form to take it. Nothing more without sign-in. */
export function linkPage(
  view: LinkView,
  deps: Pick<ConsoleDeps, 'about' | 'tenantName' | 'nextTierOf'>,
): Page {
  const { kept, now, token } = view;
  const { incident } = kept;
  const title = shortLine(incident.title, 480) || 'Without a title';
  return {
    title,
    isWide: true,
    body: html`${view.notice}<div class="head all"><div class="marks">${incidentMarks(incident)}</div><h1>${breakable(title)}</h1>${!view.isUsed && html`<p class="soft">This link is ${cleanLine(view.name, 80)}’s alone, and works once. Do not pass it on.</p>`}${token && jump}</div>
${factsSheet({ incident, lead: leadOf(kept), acts: view.acts, tenant: deps.tenantName(incident.tenantId), about: deps.about, now })}
${answerSheet({ incident, token, action: view.action, whyNot: view.whyNot, nextTier: deps.nextTierOf(incident), typed: view.typed, now })}
${nextSheet({ lead: leadOf(kept), about: deps.about })}
<p class="all"><a href="/incidents/${encodeURIComponent(incident.id)}">Everything about it, with sign-in</a></p>`,
  };
}

const instead =
  'Sign in to the console instead, or call whoever is on call. The alert stays open until somebody answers it.';

/** What is said of links that do not work, and nothing about what they were for. */
export const deadLinks = {
  broken: plainPage('This link does not work', `It is cut short, or was not made here. ${instead}`),
  expired: plainPage('This link is too old', `A link works for an hour. ${instead}`),
  used: plainPage(
    'This link was used',
    `It works once. If it was not you who used it, say so now to whoever is on call. ${instead}`,
  ),
  nobody: plainPage(
    'This link does not work any more',
    `Whoever it was made for does not answer incidents any more. ${instead}`,
  ),
} as const satisfies Record<string, Page>;
