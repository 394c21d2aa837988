import { cleanLine, type Html, html } from '../../clean-text.ts';
import { type Incident, isBreakGlassIncident } from '../../incident.ts';
import type { Closing } from '../../policy/escalations.ts';
import { verdictWords } from '../../respond/life.ts';
import { shortLine } from '../fit.ts';
import { moment, personText, verdictsFor } from '../words.ts';
import { seenFields, type Typed } from './answer-sheet.ts';

type Close = {
  incident: Incident;
  token: Html | null;
  /** Id of whoever looks at the page. */
  person: string;
  whyNot: string;
  closing: Closing;
  typed: Typed;
  now: number;
};

/** How it ended, or the form to end it; and if there is none, why. */
export function closeSheet(close: Close): Html {
  const { incident, token, now } = close;
  const { resolution } = incident.response;
  const isOver = incident.status === 'resolved';
  const refusal = isOver ? null : whyNotClosed(close);
  return html`<section class="sheet" aria-labelledby="close"><h2 id="close">${isOver ? 'How it ended' : 'Close it'}</h2>${
    isOver
      ? resolution
        ? html`<p><b>${personText(resolution.by)}</b> closed it ${moment(resolution.at, now)}: ${verdictWords[resolution.verdict]}${resolution.reason && `, ${shortLine(resolution.reason, 600)}`}.</p>${resolution.isCredentialRotated !== null && html`<p>The credential of the account was ${resolution.isCredentialRotated ? 'replaced' : html`<b>not</b> replaced`}.</p>`}`
        : html`<p>Nobody closed it: nothing of what was found is open any more.</p>`
      : html`${ruleText(close)}${token && refusal === null ? closeForm(close, token) : html`<p class="soft">${refusal}</p>`}`
  }</section>`;
}

function ruleText({ incident, closing }: Close): Html | null {
  if (!isBreakGlassIncident(incident)) return null;
  return closing.secondPerson
    ? html`<p>An incident of a break-glass account is closed by somebody else than who acknowledged it: two people have then looked at it.</p>`
    : html`<p>The policy lets one person acknowledge and close it${closing.reason && `: ${cleanLine(closing.reason, 300)}`}.</p>`;
}

function whyNotClosed({ incident, token, person, whyNot, closing }: Close): string | null {
  if (!token) return whyNot;
  if (!isBreakGlassIncident(incident)) return null;
  const { acknowledgement } = incident.response;
  if (incident.status !== 'acknowledged' || !acknowledgement) {
    return 'It can be closed once somebody has acknowledged it.';
  }
  return closing.secondPerson && acknowledgement.by.id === person
    ? 'You acknowledged it, so you can not close it. Ask somebody else to look at it and close it.'
    : null;
}

function closeForm({ incident, typed, now }: Close, token: Html): Html {
  const verdicts = verdictsFor(incident).map(
    ({ value, title, hint }) =>
      html`<label class="choice"><input type="radio" name="verdict" value="${value}" required${typed.verdict === value && html` checked`}><span><b>${title}</b><span>${hint}</span></span></label>`,
  );
  const rotated = isBreakGlassIncident(incident) && [
    html`<fieldset><legend>Was the credential of the account replaced?</legend>`,
    ...(['yes', 'no'] as const).map(
      (one) =>
        html`<label class="choice"><input type="radio" name="rotated" value="${one}" required${typed.rotated === one && html` checked`}><span><b>${one === 'yes' ? 'Yes, it was replaced' : 'No, it is the same'}</b></span></label>`,
    ),
    html`</fieldset>`,
  ];
  return html`<details${typed.verdict !== undefined && html` open`}><summary>It is over: close it</summary><form method="post" action="/incidents/${encodeURIComponent(incident.id)}/close">${token}${seenFields(incident, now)}<fieldset><legend>What was it?</legend>${verdicts}</fieldset>${rotated}
<div class="field"><label for="why">What did you find, and what was done?</label><input type="text" id="why" name="reason" maxlength="500" required autocomplete="off" value="${typed.verdict === undefined ? '' : cleanLine(typed.reason, 500)}"></div>
<button>Close it</button></form></details>`;
}
