import { type Check, policyOf } from '../check.ts';
import { fine, notKnown, toFix } from '../line.ts';

const patienceMs = 10_000;

export const consoleCheck: Check = {
  name: 'console',
  async run(deps) {
    const url = policyOf(deps).console?.url;
    if (!url) {
      const says = 'the policy names none: alerts have no link, and nobody gets a personal one';
      return [
        toFix(
          'url',
          says,
          'Write console: { url: "https://<host>" } into the policy, with what this prints: azd env get-value GLASSWATCH_APP_HOST',
        ),
      ];
    }
    if (!deps.isLive) {
      const says = `${url}; whether it answers is not asked without --live`;
      return [notKnown('url', says, 'npx glasswatch doctor --live')];
    }
    const address = `${url.replace(/\/+$/, '')}/health`;
    const answer = await ask(address);
    if (answer === 'ok') return [fine('url', `${address} answers`)];
    return [
      toFix(
        'url',
        `${address} ${answer}`,
        'Look at the log of the app for CONFIG_INVALID, POLICY_INVALID or STORE_UNAVAILABLE: docs/operate.md#when-it-stops.',
      ),
    ];
  },
};

async function ask(address: string): Promise<string> {
  try {
    const answer = await fetch(address, {
      redirect: 'manual',
      signal: AbortSignal.timeout(patienceMs),
    });
    if (answer.status !== 200) return `answers ${answer.status}`;
    const body: unknown = await answer.json().catch(() => null);
    // Somebody else's page may answer 200 as well.
    return (body as { status?: unknown } | null)?.status === 'ok' ? 'ok' : 'is not of Glasswatch';
  } catch (error) {
    const { cause } = error as { cause?: { code?: unknown } };
    const why = typeof cause?.code === 'string' ? cause.code : 'no answer in time';
    return `does not answer (${why})`;
  }
}
