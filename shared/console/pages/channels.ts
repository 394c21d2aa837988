import { cleanLine, type Html, html } from '../../clean-text.ts';
import type { ChannelState } from '../../tell/channel-states.ts';
import type { Canary } from '../deps.ts';
import { fitting } from '../fit.ts';
import type { Page } from '../frame.ts';
import { age, moment } from '../words.ts';

const marks: Record<ChannelState['state'], { text: string; look: string; since: string }> = {
  proven: { text: 'Proven', look: 'good', since: 'proven' },
  unproven: { text: 'Not proven', look: 'warn', since: 'last proven' },
  failing: { text: 'Failing', look: 'bad', since: 'first failed' },
};

export function channelsPage(states: readonly ChannelState[], now: number): Page {
  const { shown, left } = fitting(states, 14_000, (one) => row(one, now));
  return {
    title: 'Channels',
    part: 'channels',
    body: html`<div class="head"><h1>Channels</h1><p class="soft">A channel is proven once a test message has arrived there: where its own answer says so, or somebody who reads it has confirmed it.</p></div>
${shown.length > 0 ? html`<ul class="list">${shown}</ul>` : html`<p class="sheet">The policy names no channel, so nobody is told of anything.</p>`}${left > 0 && html`<p class="soft">${left} more do not fit on this page.</p>`}`,
  };
}

function row({ name, type, state, why, since }: ChannelState, now: number): Html {
  const mark = marks[state];
  return html`<li class="sheet row"><div class="marks"><span class="mark ${mark.look}">${mark.text}</span></div><h2>${cleanLine(name, 64)} <span class="soft small">${cleanLine(type, 40)}</span></h2>${why && html`<p>${cleanLine(why, 300)}</p>`}${since && html`<p class="small soft">${mark.since} ${age(since, now)}</p>`}</li>`;
}

type CanaryView = {
  channel: string;
  canary: Canary;
  /** The hidden field of the form; null: they may not confirm. */
  token: Html | null;
  action: string;
  notice: Html | null;
  now: number;
};

/** Whoever reads a channel says here that its test has arrived. */
export function canaryPage({ channel, canary, token, action, notice, now }: CanaryView): Page {
  const { sentAt, confirmedAt, confirmedBy } = canary;
  return {
    title: `Test of ${cleanLine(channel, 64)}`,
    part: 'channels',
    body: html`${notice}<div class="sheet stack"><h1>Test of ${cleanLine(channel, 64)}</h1><p>The test message was sent ${moment(sentAt, now)}.</p>${
      confirmedAt
        ? html`<p><b>Confirmed</b> ${moment(confirmedAt, now)}${confirmedBy && html` by ${cleanLine(confirmedBy, 80)}`}.</p>`
        : token
          ? html`<p>If you have read it in the channel itself, say so. If you have not, do nothing: the channel then counts as not proven.</p><form method="post" action="${action}">${token}<button>I have read it</button></form>`
          : html`<p class="soft">To confirm it takes the app role Responder or Admin.</p>`
    }</div>`,
  };
}
