import { cleanLine, type Html, html } from '../../clean-text.ts';
import type { Incident } from '../../incident.ts';
import { claimWords } from '../../respond/life.ts';
import type { NextTier } from '../../respond/next-tier.ts';
import { shortLine } from '../fit.ts';
import { age, ageText, claimsFor, clockText, moment, personText } from '../words.ts';

/** What somebody had typed when the page had to be shown again. */
export type Typed = Partial<Record<'claim' | 'verdict' | 'reason' | 'rotated', string>>;

type Answer = {
  incident: Incident;
  /** The hidden field that makes the form theirs; null: they may not answer. */
  token: Html | null;
  /** Where the form goes. */
  action: string;
  /** Why there is no form. */
  whyNot: string;
  nextTier: NextTier | null;
  typed: Typed;
  now: number;
};

/** On a phone the form is below the facts. */
export const jump = html`<p class="jump"><a class="button" href="#who">Answer it</a></p>`;

/** Who has it, what happens if nobody does, and the form to say "I do". */
export function answerSheet(answer: Answer): Html {
  const isOpen = answer.incident.status === 'open';
  return html`<section class="sheet tall" aria-labelledby="who"><h2 id="who">Who has it</h2>${stateOf(answer)}${isOpen && (answer.token ? answerForm(answer, answer.token) : html`<p class="soft">${answer.whyNot}</p>`)}</section>`;
}

function stateOf({ incident, nextTier, now }: Answer): Html {
  const { status, response } = incident;
  const { acknowledgement, resolution, askedAt } = response;
  if (status === 'resolved') {
    return resolution
      ? html`<p>Closed by <b>${personText(resolution.by)}</b>, ${moment(resolution.at, now)}.</p>`
      : html`<p>Nobody need have it: what was found is over.</p>`;
  }
  if (status === 'acknowledged' && acknowledgement) {
    const { by, at, claim, reason, until, isOvertaken } = acknowledgement;
    return html`<p><b>${personText(by)}</b> has it since ${moment(at, now)}: ${claimWords[claim]}${reason && `, ${shortLine(reason, 600)}`}.</p>
${until && html`<p class="soft">${isOvertaken && html`<b>The account has acted again since.</b> `}It counts until ${clockText(until, now)} (${ageText(Date.parse(until), now)}). Then everybody is told again.</p>`}`;
  }
  return html`<p><b>Nobody.</b>${askedAt && html` People were asked ${age(askedAt, now)}.`}</p>
${acknowledgement && html`<p class="soft">${personText(acknowledgement.by)} had it since ${clockText(acknowledgement.at, now)}; that counts no more.</p>`}
${
  nextTier &&
  html`<p>Step ${nextTier.nextTier} of the escalation ${Date.parse(nextTier.nextAt) > now ? html`comes <b>${ageText(Date.parse(nextTier.nextAt), now)}</b>` : html`comes <b>now</b>`}, at ${clockText(nextTier.nextAt, now)}${
    nextTier.asks.length > 0 &&
    html`. It asks ${nextTier.asks
      .slice(0, 8)
      .map((one) => shortLine(one, 120))
      .join(', ')}`
  }.</p>`
}`;
}

function answerForm({ incident, action, typed, now }: Answer, token: Html): Html {
  const claims = claimsFor(incident).map(
    ({ value, title, hint }) =>
      html`<label class="choice"><input type="radio" name="claim" value="${value}" required${typed.claim === value && html` checked`}><span><b>${title}</b><span>${hint}</span></span></label>`,
  );
  return html`<form method="post" action="${action}">${token}${seenFields(incident, now)}<fieldset><legend>What is it?</legend>${claims}</fieldset>
<div class="field"><label for="reason">In a few words</label><input type="text" id="reason" name="reason" maxlength="300" required autocomplete="off" value="${typed.claim === undefined ? '' : cleanLine(typed.reason, 300)}"></div>
<button>I have it</button></form>`;
}

/** An answer counts for what was on the page, and for nothing that came since. */
export const seenFields = ({ response, revision }: Incident, now: number): Html =>
  html`<input type="hidden" name="period" value="${response.period}"><input type="hidden" name="revision" value="${revision}"><input type="hidden" name="shown" value="${now}">`;
