import type { Hono } from 'hono';
import { cleanLine, cleanLines, type Html, html } from '../clean-text.ts';
import { isBreakGlassIncident } from '../incident.ts';
import type { Outcome, Seen, Tried } from '../respond/responding.ts';
import type { KeptCase } from '../tell/notify.ts';
import type { Reader } from './access.ts';
import { goTo, htmlAnswer } from './answers.ts';
import { mostIncidents } from './api.ts';
import type { ConsoleDeps } from './deps.ts';
import type { Forms } from './forms.ts';
import { frame, notice } from './frame.ts';
import type { Act, Guard } from './guard.ts';
import type { Typed } from './pages/answer-sheet.ts';
import { incidentPage } from './pages/incident.ts';
import { incidentsPage } from './pages/incidents.ts';
import { momentsOf } from './timeline.ts';
import { claimsFor, takenText, timeText, verdictsFor } from './words.ts';

/** Where an incident's page is; ids are made here, and of these letters alone. */
export const incidentId = ':id{[0-9A-Za-z-]{1,64}}';

const doneTexts: Readonly<Record<string, string>> = {
  acknowledged: 'You have it. Everybody who was told of it now hears that.',
  closed: 'It is closed.',
  checked: 'The checklist is up to date.',
  noted: 'The note is kept.',
};

type Shown = {
  status: number;
  notice: Html | null;
  typed?: Typed;
  before?: string | null;
};

/** The list of incidents, the page of one, and what people do there. */
export function incidentRoutes(app: Hono, deps: ConsoleDeps, guard: Guard, forms: Forms): void {
  const noSuch = () => guard.plain(404, 'There is no such incident', 'It may be one of long ago.');

  async function show(id: string, caller: Reader, shown: Shown): Promise<Response> {
    const kept = await deps.cases.load(id);
    return kept ? draw(kept, caller, shown) : noSuch();
  }

  async function draw(kept: KeptCase, caller: Reader, shown: Shown): Promise<Response> {
    const { incident } = kept;
    const now = deps.now();
    const isGlass = isBreakGlassIncident(incident);
    const [acts, drills, token] = await Promise.all([
      deps.acts(incident.id),
      isGlass ? deps.drills.list() : [],
      caller.mayRespond ? forms.field(caller.person.id, purposeOf(incident.id)) : null,
    ]);
    const view = {
      kept,
      acts,
      checklist: deps.checklist(incident, kept, acts),
      drills: drills.filter((one) => one.incident === incident.id),
      caller,
      token,
      notice: shown.notice,
      typed: shown.typed ?? {},
      before: shown.before ?? null,
      now,
    };
    return htmlAnswer(shown.status, frame(incidentPage(view, deps), caller, now));
  }

  app.get('/incidents', (c) =>
    guard.read(c.req.raw, async (caller) => {
      const now = deps.now();
      const all = await deps.cases.incidents({ limit: mostIncidents });
      const from = wholeNumber(c.req.query('from')) ?? 0;
      const page = incidentsPage(all, { from, now, tenantName: deps.tenantName });
      return htmlAnswer(200, frame(page, caller, now));
    }),
  );

  app.get(`/incidents/${incidentId}`, (c) => {
    const id = c.req.param('id');
    const done = doneTexts[c.req.query('done') ?? ''];
    const said = done ? notice('good', html`<p>${done}</p>`) : null;
    const before = c.req.query('before') ?? null;
    return guard.read(
      c.req.raw,
      (caller) => show(id, caller, { status: 200, notice: said, before }),
      id,
    );
  });

  type Answer = { id: string; caller: Reader; form: URLSearchParams };
  const answering = (verb: Exclude<Tried, 'read'>, run: (answer: Answer) => Promise<Response>) => {
    app.post(`/incidents/${incidentId}/${verb}`, (c) => {
      const id = c.req.param('id') ?? '';
      const act: Act = {
        purpose: purposeOf(id),
        back: `/incidents/${id}`,
        needs: 'respond',
        incident: { id, tried: verb },
      };
      return guard.act(c.req.raw, act, (caller, form) => run({ id, caller, form }));
    });
    // Whoever reloads the address of an answer meant the page.
    app.get(`/incidents/${incidentId}/${verb}`, (c) =>
      goTo(`/incidents/${c.req.param('id') ?? ''}`),
    );
  };

  /** The page again, with what is wrong and all that was typed. */
  const again = ({ id, caller }: Answer, text: string, typed: Typed = {}) =>
    show(id, caller, { status: 422, notice: notice('warn', html`<p>${text}</p>`), typed });

  async function answered(
    outcome: Outcome,
    { id, caller, form }: Answer,
    done: string,
    typed: Typed = {},
  ): Promise<Response> {
    if (outcome.done) return goTo(`/incidents/${id}?done=${done}`, 303);
    const kept = outcome.why === 'unknown-incident' ? undefined : await deps.cases.load(id);
    if (!kept) return noSuch();
    if (outcome.why === 'same-person') {
      const incident = { id, tried: 'close' } as const;
      await guard.keep(caller.person, incident, outcome.says);
    }
    const { acknowledgement } = kept.incident.response;
    const isTaken = outcome.why === 'taken' && acknowledgement !== null;
    const says = isTaken ? takenText(acknowledgement) : outcome.says;
    const since = outcome.why === 'news' ? await newsSince(kept, form) : null;
    const said = notice('warn', html`<p><b>${cleanLine(says, 500)}</b></p>${since}`);
    return draw(kept, caller, { status: 409, notice: said, typed });
  }

  async function newsSince(kept: KeptCase, form: URLSearchParams): Promise<Html | null> {
    const shownAt = wholeNumber(form.get('shown'));
    if (shownAt === undefined) return null;
    const fresh = kept.findings
      .filter(({ detectedAt }) => Date.parse(detectedAt) > shownAt)
      .map(({ finding }) => finding.id);
    const news = momentsOf(kept, await deps.acts(kept.incident.id)).filter(
      ({ id, at, kind }) => fresh.includes(id) || (Date.parse(at) > shownAt && kind !== 'Told'),
    );
    if (news.length === 0) return null;
    const lines = news
      .slice(0, 5)
      .map(({ at, kind, words }) => html`<li>${timeText(at)} · ${kind}: ${words().text}</li>`);
    return html`<p>New since you opened the page:</p><ul>${lines}</ul>`;
  }

  answering('acknowledge', async (answer) => {
    const { id, caller, form } = answer;
    const given = await claimIn(id, form, deps);
    if (!given) return noSuch();
    if ('wrong' in given) return again(answer, given.wrong, given.typed);
    const outcome = await deps.responding.acknowledge(id, { by: caller.person, ...given.answer });
    return answered(outcome, answer, 'acknowledged', given.typed);
  });

  answering('close', async (answer) => {
    const { id, caller, form } = answer;
    const kept = await deps.cases.load(id);
    if (!kept) return noSuch();
    const typed = typedIn(form);
    const verdict = verdictsFor(kept.incident).find(({ value }) => value === typed.verdict)?.value;
    const reason = cleanLine(typed.reason, 500);
    const seen = seenIn(form);
    const rotated = isBreakGlassIncident(kept.incident) ? rotatedIn(typed.rotated) : null;
    if (!verdict || !reason || !seen || rotated === undefined) {
      return again(
        answer,
        'Say what it was, and in a few words what you found. For a break-glass account, say whether its credential was replaced.',
        { ...typed, verdict: typed.verdict ?? '' },
      );
    }
    const given = { by: caller.person, verdict, reason, isCredentialRotated: rotated, seen };
    return answered(await deps.responding.close(id, given), answer, 'closed', typed);
  });

  answering('check', async (answer) => {
    const { id, caller, form } = answer;
    const kept = await deps.cases.load(id);
    if (!kept) return noSuch();
    const isDone = form.has('do');
    const item = form.get(isDone ? 'do' : 'undo') ?? '';
    const known = deps.checklist(kept.incident, kept, await deps.acts(id));
    if (!known.some((one) => one.id === item && one.canTick)) {
      return again(
        answer,
        'This line of the checklist is not there to be ticked, or ticked itself meanwhile.',
      );
    }
    const given = { by: caller.person, item, isDone, note: '' };
    return answered(await deps.responding.check(id, given), answer, 'checked');
  });

  answering('note', async (answer) => {
    const { id, caller, form } = answer;
    const text = cleanLines(form.get('text'), 1000);
    if (!text) return again(answer, 'The note is empty.');
    return answered(await deps.responding.note(id, { by: caller.person, text }), answer, 'noted');
  });
}

export const purposeOf = (incident: string) => `incident:${incident}`;

type GivenClaim =
  | { wrong: string; typed: Typed }
  | { answer: Omit<Parameters<ConsoleDeps['responding']['acknowledge']>[1], 'by'>; typed: Typed };

/** What somebody says on taking an incident. @returns undefined if there is no such incident. */
export async function claimIn(
  id: string,
  form: URLSearchParams,
  { cases }: Pick<ConsoleDeps, 'cases'>,
): Promise<GivenClaim | undefined> {
  const kept = await cases.load(id);
  if (!kept) return undefined;
  const typed = { claim: '', ...typedIn(form) };
  const claim = claimsFor(kept.incident).find(({ value }) => value === typed.claim)?.value;
  const reason = cleanLine(typed.reason, 300);
  const seen = seenIn(form);
  if (!claim || !reason || !seen) {
    return { wrong: 'Choose what it is, and say in a few words why you think so.', typed };
  }
  return { answer: { claim, reason, seen }, typed };
}

function typedIn(form: URLSearchParams): Typed {
  const names = ['claim', 'verdict', 'reason', 'rotated'] as const;
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = form.get(name);
      return value === null ? [] : [[name, value.slice(0, 2000)]];
    }),
  );
}

function seenIn(form: URLSearchParams): Seen | undefined {
  const [period, revision] = [wholeNumber(form.get('period')), wholeNumber(form.get('revision'))];
  return period === undefined || revision === undefined ? undefined : { period, revision };
}

/** @returns undefined if nothing was said. */
const rotatedIn = (value: string | undefined) =>
  value === 'yes' ? true : value === 'no' ? false : undefined;

export const wholeNumber = (text: string | null | undefined) =>
  text && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
