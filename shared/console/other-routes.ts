import type { Hono } from 'hono';
import { cleanLine, html } from '../clean-text.ts';
import { isoOf, minuteMs, parseTime } from '../time.ts';
import type { Reader } from './access.ts';
import { goTo, htmlAnswer } from './answers.ts';
import type { ConsoleDeps } from './deps.ts';
import type { Forms } from './forms.ts';
import { frame, notice } from './frame.ts';
import type { Guard } from './guard.ts';
import { wholeNumber } from './incident-routes.ts';
import { canaryPage, channelsPage } from './pages/channels.ts';
import { type DrillTyped, drillPage, drillsPage } from './pages/drills.ts';
import { type SilenceTyped, silenceHours, silencesPage } from './pages/silences.ts';
import { sinksPage } from './pages/sinks.ts';

type Said = ReturnType<typeof notice> | null;
type Shown = { status: number; said: Said };

const plain: Shown = { status: 200, said: null };
const good = (text: string): Said => notice('good', html`<p>${text}</p>`);
const wrong = (text: string): Shown => ({
  status: 422,
  said: notice('warn', html`<p>${cleanLine(text, 400)}</p>`),
});

const doneTexts: Readonly<Record<string, string>> = {
  declared: 'The drill is declared. Its alert comes like any other, marked as a drill.',
  cancelled: 'The drill is cancelled.',
  silenced: 'It is silenced.',
  ended: 'The silence has ended.',
  confirmed: 'Thank you: the channel is proven.',
};

const shownFor = (done: string | undefined): Shown => {
  const text = doneTexts[done ?? ''];
  return text ? { status: 200, said: good(text) } : plain;
};

/** Drills, silences, channels and sinks: what is not one incident's. */
export function otherRoutes(app: Hono, deps: ConsoleDeps, guard: Guard, forms: Forms): void {
  drillRoutes(app, deps, guard, forms);
  silenceRoutes(app, deps, guard, forms);
  channelRoutes(app, deps, guard, forms);
  app.get('/sinks', (c) =>
    guard.read(c.req.raw, async (caller) => {
      const now = deps.now();
      return htmlAnswer(200, frame(sinksPage(await deps.api.sinks(), now), caller, now));
    }),
  );
}

const fieldFor = async (forms: Forms, caller: Reader, purpose: string) =>
  caller.mayManage ? forms.field(caller.person.id, purpose) : null;

function drillRoutes(app: Hono, deps: ConsoleDeps, guard: Guard, forms: Forms): void {
  async function list(caller: Reader, { status, said }: Shown, typed: DrillTyped = {}) {
    const now = deps.now();
    const [drills, accounts, token] = await Promise.all([
      deps.drills.list(),
      deps.drills.accounts(),
      fieldFor(forms, caller, 'drills'),
    ]);
    const view = { drills, accounts, token, notice: said, typed, tenantName: deps.tenantName, now };
    return htmlAnswer(status, frame(drillsPage(view), caller, now));
  }

  async function one(id: string, caller: Reader, { status, said }: Shown) {
    const now = deps.now();
    const drill = await deps.drills.get(id);
    if (!drill) return guard.plain(404, 'There is no such drill', 'It may be one of long ago.');
    const token = await fieldFor(forms, caller, `drill:${id}`);
    const tenant = deps.tenantName(drill.tenantId);
    const page = drillPage({ drill, token, notice: said, tenant, now });
    return htmlAnswer(status, frame(page, caller, now));
  }

  app.get('/drills', (c) =>
    guard.read(c.req.raw, (caller) => list(caller, shownFor(c.req.query('done')))),
  );

  app.post('/drills', (c) =>
    guard.act(
      c.req.raw,
      { purpose: 'drills', back: '/drills', needs: 'manage' },
      async (caller, form) => {
        const typed: DrillTyped = {
          account: form.get('account') ?? '',
          from: form.get('from') ?? '',
          minutes: form.get('minutes') ?? '',
          reason: form.get('reason') ?? '',
        };
        const [tenantId = '', account = ''] = (typed.account ?? '').split('/');
        const from = typed.from ? parseTime(typed.from) : deps.now();
        const minutes = wholeNumber(typed.minutes);
        if (from === undefined || minutes === undefined) {
          return list(
            caller,
            wrong('Say from when, such as 2026-11-20T09:00, and for how long.'),
            typed,
          );
        }
        const reason = cleanLine(typed.reason, 300);
        const window = { from: isoOf(from), until: isoOf(from + minutes * minuteMs) };
        const given = { tenantId, account, ...window, reason };
        const outcome = await deps.drills.declare(given, caller.person);
        return outcome.done
          ? goTo('/drills?done=declared', 303)
          : list(caller, wrong(outcome.says), typed);
      },
    ),
  );

  const path = '/drills/:id{[0-9A-Za-z-]{1,64}}';
  app.get(path, (c) =>
    guard.read(c.req.raw, (caller) =>
      one(c.req.param('id'), caller, shownFor(c.req.query('done'))),
    ),
  );

  app.get(`${path}/cancel`, (c) => goTo(`/drills/${c.req.param('id')}`));
  app.post(`${path}/cancel`, (c) => {
    const id = c.req.param('id');
    const act = { purpose: `drill:${id}`, back: `/drills/${id}`, needs: 'manage' } as const;
    return guard.act(c.req.raw, act, async (caller) => {
      const outcome = await deps.drills.cancel(id, caller.person);
      return outcome.done
        ? goTo(`/drills/${id}?done=cancelled`, 303)
        : one(id, caller, { ...wrong(outcome.says), status: 409 });
    });
  });
}

function silenceRoutes(app: Hono, deps: ConsoleDeps, guard: Guard, forms: Forms): void {
  async function list(caller: Reader, { status, said }: Shown, typed: SilenceTyped = {}) {
    const now = deps.now();
    const [silences, token] = await Promise.all([
      deps.silences.list(now),
      fieldFor(forms, caller, 'silences'),
    ]);
    const view = { silences, token, notice: said, typed, tenantName: deps.tenantName, now };
    return htmlAnswer(status, frame(silencesPage(view), caller, now));
  }

  const act = { purpose: 'silences', back: '/silences', needs: 'manage' } as const;

  app.get('/silences', (c) =>
    guard.read(c.req.raw, (caller) => {
      const { detections, accounts } = c.req.query();
      const typed = { ...(detections && { detections }), ...(accounts && { accounts }) };
      return list(caller, shownFor(c.req.query('done')), typed);
    }),
  );

  app.post('/silences', (c) =>
    guard.act(c.req.raw, act, async (caller, form) => {
      const typed: SilenceTyped = {
        detections: form.get('detections') ?? '',
        accounts: form.get('accounts') ?? '',
        hours: form.get('hours') ?? '',
        reason: form.get('reason') ?? '',
      };
      const hours = silenceHours.find((one) => one === typed.hours);
      if (!hours) return list(caller, wrong('Say for how long.'), typed);
      const given = {
        detections: listIn(typed.detections),
        accounts: listIn(typed.accounts),
        tenants: [],
        reason: cleanLine(typed.reason, 300),
        until: isoOf(deps.now() + Number(hours) * 60 * minuteMs),
      };
      const outcome = await deps.silences.declare(given, caller.person);
      return outcome.done
        ? goTo('/silences?done=silenced', 303)
        : list(caller, wrong(outcome.says), typed);
    }),
  );

  app.get('/silences/end', () => goTo('/silences'));
  app.post('/silences/end', (c) =>
    guard.act(c.req.raw, act, async (caller, form) => {
      const outcome = await deps.silences.end(form.get('id') ?? '', caller.person);
      return outcome.done
        ? goTo('/silences?done=ended', 303)
        : list(caller, { ...wrong(outcome.says), status: 409 });
    }),
  );
}

const listIn = (text: string | undefined): string[] => [
  ...new Set((text ?? '').split(/[\s,;]+/).filter((one) => one !== '')),
];

function channelRoutes(app: Hono, deps: ConsoleDeps, guard: Guard, forms: Forms): void {
  app.get('/channels', (c) =>
    guard.read(c.req.raw, async (caller) => {
      const now = deps.now();
      return htmlAnswer(
        200,
        frame(channelsPage(await deps.channels.states(now), now), caller, now),
      );
    }),
  );

  const path = '/canaries/:channel{[A-Za-z0-9][A-Za-z0-9_-]{0,63}}/:id{[0-9A-Za-z-]{1,64}}';

  async function show(channel: string, id: string, caller: Reader, { status, said }: Shown) {
    const now = deps.now();
    const canary = await deps.channels.canary(channel, id);
    if (!canary) {
      const text = 'A newer test of the channel may have taken its place. Nothing need be done.';
      return guard.plain(404, 'There is no such test', text);
    }
    const token = await fieldFor(forms, caller, `canary:${channel}:${id}`);
    const action = `/canaries/${channel}/${id}`;
    const page = canaryPage({ channel, canary, token, action, notice: said, now });
    return htmlAnswer(status, frame(page, caller, now));
  }

  app.get(path, (c) =>
    guard.read(c.req.raw, (caller) =>
      show(c.req.param('channel'), c.req.param('id'), caller, shownFor(c.req.query('done'))),
    ),
  );

  app.post(path, (c) => {
    const { channel, id } = c.req.param();
    const back = `/canaries/${channel}/${id}` as const;
    const act = { purpose: `canary:${channel}:${id}`, back, needs: 'manage' } as const;
    return guard.act(c.req.raw, act, async (caller) => {
      const outcome = await deps.channels.confirm(channel, id, caller.person);
      return outcome.done
        ? goTo(`${back}?done=confirmed`, 303)
        : show(channel, id, caller, { ...wrong(outcome.says), status: 409 });
    });
  });
}
