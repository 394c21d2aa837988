import type { Hono } from 'hono';
import { cleanLine, html } from '../clean-text.ts';
import type { PersonSettings } from '../policy/people.ts';
import type { LinkClaims } from '../respond/link.ts';
import type { Person } from '../respond/response.ts';
import { htmlAnswer } from './answers.ts';
import type { AccessDeps, ConsoleDeps } from './deps.ts';
import { type Forms, isOwnForm, readForm } from './forms.ts';
import { frame, notice, type Page } from './frame.ts';
import type { Guard } from './guard.ts';
import { claimIn, purposeOf } from './incident-routes.ts';
import type { Typed } from './pages/answer-sheet.ts';
import { deadLinks, linkPage } from './pages/link.ts';
import { takenText } from './words.ts';

/** Links of one person each, that work without sign-in: it may be the tenant that is down. */
export function linkRoutes(app: Hono, deps: ConsoleDeps, guard: Guard, forms: Forms): void {
  const alone = (status: number, page: Page) => htmlAnswer(status, frame(page, null, deps.now()));

  /** The link, and whose it is; or the page that says why not. */
  async function open(
    token: string,
    isPost: boolean,
  ): Promise<{ link: LinkClaims; by: Person } | { refused: Response }> {
    const read = await deps.links.readLink(token);
    if (read.state === 'broken') return { refused: alone(404, deadLinks.broken) };
    const { link } = read;
    const settings = Object.hasOwn(deps.people, link.person) ? deps.people[link.person] : undefined;
    const by: Person = {
      id: link.person,
      name: cleanLine(settings?.name ?? link.person, 80),
      identifiedBy: 'link',
    };
    const refuse = async (status: number, page: Page, why: string, isKept = isPost) => {
      if (isKept) await guard.keep(by, { id: link.incident, tried: 'acknowledge' }, why);
      return { refused: alone(status, page) };
    };
    if (!settings) return refuse(403, deadLinks.nobody, 'The policy names this person no more.');
    if (await isGlass(settings, deps)) {
      return refuse(403, deadLinks.nobody, 'The link was made for a break-glass account.');
    }
    if (read.state === 'expired') return refuse(410, deadLinks.expired, 'The link was too old.');
    if (read.state === 'used') return refuse(410, deadLinks.used, 'The link was used before.');
    return { link, by };
  }

  async function show(
    { link, by }: { link: LinkClaims; by: Person },
    action: string,
    shown: {
      status: number;
      said: ReturnType<typeof notice> | null;
      typed?: Typed;
      isOver?: boolean;
    },
  ): Promise<Response> {
    const kept = await deps.cases.load(link.incident);
    if (!kept) return alone(404, deadLinks.broken);
    const acts = await deps.acts(link.incident);
    const isAsked = kept.incident.status === 'open' && !shown.isOver;
    const token = isAsked ? await forms.field(holderOf(link), purposeOf(link.incident)) : null;
    const page = linkPage(
      {
        kept,
        acts,
        name: by.name,
        token,
        isUsed: shown.isOver === true,
        whyNot: shown.isOver ? '' : 'To take it over, sign in.',
        action,
        notice: shown.said,
        typed: shown.typed ?? {},
        now: deps.now(),
      },
      deps,
    );
    return alone(shown.status, page);
  }

  // Whatever it is: to be sent to sign in would write it into another address.
  const path = '/link/:token{.*}';

  app.get(path, async (c) => {
    const opened = await open(c.req.param('token'), false);
    if ('refused' in opened) return opened.refused;
    return show(opened, c.req.path, { status: 200, said: null });
  });

  app.post(path, async (c) => {
    const opened = await open(c.req.param('token'), true);
    if ('refused' in opened) return opened.refused;
    const { link, by } = opened;
    const refuse = async (why: string, status = 403) => {
      await guard.keep(by, { id: link.incident, tried: 'acknowledge' }, why);
      const said = notice('bad', html`<p><b>Nothing was changed.</b> ${why} Here it is anew.</p>`);
      return show(opened, c.req.path, { status, said });
    };
    if (!isOwnForm(c.req.raw, deps.consoleUrl)) {
      return refuse('The form was sent from another site, or the browser does not say from where.');
    }
    const form = await readForm(c.req.raw);
    if (!form) return refuse('What was sent is no form.', 415);
    const isOurs = await forms.isGenuine(
      form.get('form') ?? '',
      holderOf(link),
      purposeOf(link.incident),
    );
    if (!isOurs) return refuse('The form was too old, or made for something else.');
    const given = await claimIn(link.incident, form, deps);
    if (!given) return alone(404, deadLinks.broken);
    if ('wrong' in given) {
      const said = notice('warn', html`<p>${given.wrong}</p>`);
      return show(opened, c.req.path, { status: 422, said, typed: given.typed });
    }
    const outcome = await deps.links.useLink(link, async () => {
      const result = await deps.responding.acknowledge(link.incident, { by, ...given.answer });
      return { isUsed: result.done, result };
    });
    if (!outcome) {
      await guard.keep(
        by,
        { id: link.incident, tried: 'acknowledge' },
        'The link was used before.',
      );
      return alone(410, deadLinks.used);
    }
    if (outcome.done) {
      const said = notice(
        'good',
        html`<p><b>You have it.</b> Everybody who was told of it now hears that. This link is used up: to do more, sign in.</p>`,
      );
      return show(opened, c.req.path, { status: 200, said, isOver: true });
    }
    if (outcome.why === 'unknown-incident') return alone(404, deadLinks.broken);
    const taken = outcome.why === 'taken' && outcome.incident?.response.acknowledgement;
    const says = taken ? takenText(taken) : outcome.says;
    const said = notice('warn', html`<p><b>${cleanLine(says, 500)}</b></p>`);
    return show(opened, c.req.path, { status: 409, said, typed: given.typed });
  });
}

const holderOf = ({ id }: LinkClaims) => `link:${id}`;

/** By whatever the policy says of the person. */
async function isGlass({ account, mail }: PersonSettings, { isBreakGlass }: AccessDeps) {
  for (const one of [account, mail]) {
    if (one === undefined) continue;
    const id = one.includes('@') ? null : one;
    if (await isBreakGlass({ type: 'user', id, name: one })) return true;
  }
  return false;
}
