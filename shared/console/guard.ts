import { messageOf } from '../errors.ts';
import type { Tried } from '../respond/responding.ts';
import type { Person } from '../respond/response.ts';
import { callerOf, type Reader } from './access.ts';
import { goTo, htmlAnswer, jsonAnswer, signInPath } from './answers.ts';
import type { ConsoleDeps } from './deps.ts';
import { type FormPurpose, type Forms, isOwnForm, readForm } from './forms.ts';
import { frame, linkTo, plainPage } from './frame.ts';

type GuardDeps = Pick<
  ConsoleDeps,
  | 'hasPlatformSignIn'
  | 'allowLoopback'
  | 'people'
  | 'isBreakGlass'
  | 'responding'
  | 'consoleUrl'
  | 'now'
  | 'warn'
>;

/** What a form is for, and who may send it. */
export type Act = {
  purpose: FormPurpose;
  /** The page that has the form. */
  back: `/${string}`;
  /** `respond`: to answer an incident. `manage`: to change what the service does. */
  needs: 'respond' | 'manage';
  /** Whoever is refused is kept with this incident. */
  incident?: { id: string; tried: Tried };
};

export type Guard = ReturnType<typeof guarding>;

/** The way in: nobody reads or changes anything but through one of these. */
export function guarding(deps: GuardDeps, forms: Forms) {
  const plain = (
    status: number,
    title: string,
    text: string,
    more = linkTo('/incidents', 'To the incidents'),
  ) => htmlAnswer(status, frame(plainPage(title, text, more), null, deps.now()));
  const caller = (request: Request) => callerOf(request.headers.get('x-ms-client-principal'), deps);

  /** A refusal that can't be kept is a refusal all the same. */
  async function keep(by: Person, incident: Act['incident'], why: string): Promise<void> {
    if (!incident) return;
    try {
      await deps.responding.refuse(incident.id, { by, tried: incident.tried, why });
    } catch (error) {
      deps.warn(`keeping a refusal with ${incident.id}: ${messageOf(error)}`);
    }
  }

  const signOut = linkTo('/.auth/logout', 'Sign out');
  const notYou = (why: string) => plain(403, 'You may not do this', why, signOut);

  function signIn(request: Request): Response {
    if (!deps.hasPlatformSignIn) {
      return plain(
        403,
        'Nobody can sign in here',
        'App Service authentication does not stand in front of this app, so it can not know who calls.',
        linkTo('/health', 'Whether it is alive'),
      );
    }
    const { pathname, search } = new URL(request.url);
    return goTo(signInPath(pathname.replace(/^\/+/, '/') + search));
  }

  return {
    plain,
    keep,

    /** @param incident - that is shown: a break-glass account that opens it is kept with it. */
    async read(
      request: Request,
      show: (caller: Reader) => Promise<Response> | Response,
      incident?: string,
    ): Promise<Response> {
      const who = await caller(request);
      if (who.is === 'nobody') return signIn(request);
      if (who.is === 'reader') return show(who);
      if (who.isBreakGlass && incident)
        await keep(who.person, { id: incident, tried: 'read' }, who.why);
      return notYou(who.why);
    },

    async readJson(request: Request, show: () => Promise<Response>): Promise<Response> {
      if (!deps.hasPlatformSignIn && deps.allowLoopback) return show();
      const who = await caller(request);
      if (who.is === 'reader') return show();
      if (who.is === 'refused') return jsonAnswer(403, { error: who.why });
      const error = 'Sign in first, with the app role Reader, Responder or Admin.';
      return jsonAnswer(401, { error });
    },

    /** Lets a form through if it is theirs who sent it, was shown by us, and is for this very thing. */
    async act(
      request: Request,
      { purpose, back, needs, incident }: Act,
      run: (caller: Reader, form: URLSearchParams) => Promise<Response>,
    ): Promise<Response> {
      const who = await caller(request);
      if (who.is === 'nobody') {
        // Nothing is kept of it: anybody on the internet could fill the journal.
        return plain(
          401,
          'You are not signed in',
          'Nothing was changed. Sign in, and send it again.',
          linkTo(deps.hasPlatformSignIn ? signInPath(back) : '/health', 'Sign in'),
        );
      }
      if (who.is === 'refused') {
        await keep(who.person, incident, who.why);
        return notYou(who.why);
      }
      const isAllowed = needs === 'respond' ? who.mayRespond : who.mayManage;
      if (!isAllowed) {
        await keep(who.person, incident, who.whyNot);
        return notYou(who.whyNot);
      }
      if (!isOwnForm(request, deps.consoleUrl)) {
        await keep(who.person, incident, 'The form was sent from another site.');
        const text =
          'Another site sent it, or the browser does not say who did. Nothing was changed.';
        return plain(403, 'This did not come from here', text, linkTo(back, 'Open the page'));
      }
      const form = await readForm(request);
      if (!form)
        return plain(415, 'This is no form', 'Nothing was changed.', linkTo(back, 'Open the page'));
      if (!(await forms.isGenuine(form.get('form') ?? '', who.person.id, purpose))) {
        await keep(
          who.person,
          incident,
          'The form was too old, or was made for somebody or something else.',
        );
        const text =
          'A form is good for an hour, for whoever it was shown to and for nothing else. Nothing was changed.';
        return plain(
          403,
          'This form does not count',
          text,
          linkTo(back, 'Open the page and try again'),
        );
      }
      return run(who, form);
    },
  };
}
