type Fetch = (url: string, options: { redirect: 'manual' }) => Promise<{ status: number }>;

/** What an app that is well answers to whoever has not signed in. */
const expected = [
  {
    path: '/health',
    status: 200,
    why: 'the app did not start: look at its log for CONFIG_INVALID',
  },
  {
    path: '/link/none',
    status: 404,
    why: 'personal links ask for sign-in, and would not work while the tenant is down: see excludedPaths in infra/modules/console-sign-in.bicep',
  },
];

/** @returns a line for each thing that is wrong; nothing is sent but these requests. */
export async function checkApp(origin: string, request: Fetch = fetch): Promise<string[]> {
  const problems: string[] = [];
  for (const { path, status, why } of expected) {
    try {
      const answer = await request(`${origin}${path}`, { redirect: 'manual' });
      if (answer.status !== status) problems.push(`${path} answers ${answer.status}: ${why}`);
    } catch {
      problems.push(
        `${path} does not answer: the app is starting, or it is stopped, or ${origin} is not its address`,
      );
    }
  }
  return problems;
}
