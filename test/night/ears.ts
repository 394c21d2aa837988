import { expect } from 'vitest';
import type { PagerAlert } from '../../local/pagerduty-sink.ts';
import type { Stack } from '../../local/stack.ts';
import { until } from './until.ts';

/** How a message says to people what it is; programs are told the kind. */
const words = {
  new: 'CRITICAL',
  escalation: ' · NOBODY HAS ANSWERED',
  acknowledged: ' · somebody has it',
  lapsed: ' · OPEN AGAIN',
  closed: ' · closed',
};
type Told = {
  kind: keyof typeof words;
  pager: PagerAlert['state'];
  /** How many messages each has by then. */
  counts: Counts;
};
type Counts = { cards: number; mails: number; personal: number; pager: number; hooks: number };

/** What all who listen have heard of one incident. */
export function earsOf({ teams, mail, pagerDuty, webhook }: Stack, incident: string) {
  const cards = () => teams.cards().filter(({ card }) => JSON.stringify(card).includes(incident));
  const allMails = () =>
    mail.mails().filter(({ headers }) => headers['x-glasswatch-incident'] === incident);
  const mails = () => allMails().filter(({ to }) => to.includes('soc@contoso.com'));
  const personal = () => allMails().filter(({ to }) => !to.includes('soc@contoso.com'));
  const alert = () => pagerDuty.alerts().find(({ key }) => key === incident);
  const hooks = () => webhook.hooks().filter(({ body }) => body.data.incident === incident);
  const counts = (): Counts => ({
    cards: cards().length,
    mails: mails().length,
    personal: personal().length,
    pager: alert()?.events.length ?? 0,
    hooks: hooks().length,
  });

  return {
    cards,
    mails,
    personal,
    alert,
    hooks,
    counts,

    /** Waits until each has heard it, and nobody anything else. */
    async heard({ kind, pager, counts: expected }: Told): Promise<void> {
      await until(counts, expected);
      expect(JSON.stringify(cards().at(-1)?.card)).toContain(words[kind]);
      expect(mails().at(-1)?.text.split('\n')[0]).toContain(words[kind]);
      expect(alert()?.state).toBe(pager);
      // The policy asks the webhook for no escalation.
      if (kind !== 'escalation') expect(hooks().at(-1)?.body.type).toBe(`incident.${kind}`);
    },

    /** The link that works without sign-in, out of the newest mail for one person. */
    personalLink(): string {
      const newest = personal().at(-1);
      expect(newest?.to).toEqual(['ben.okafor@example.net']);
      return /https:\S+\/link\/\S+/.exec(newest?.text ?? '')?.[0] ?? 'none';
    },
  };
}

export type Ears = ReturnType<typeof earsOf>;
