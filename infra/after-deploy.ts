import { checkApp } from './check-app.ts';

const host = process.env.GLASSWATCH_APP_HOST;
const problems = host
  ? await checkApp(`https://${host}`)
  : ['GLASSWATCH_APP_HOST is not set: `azd env get-value GLASSWATCH_APP_HOST` prints the address'];
for (const problem of problems) console.error(problem);
if (problems.length === 0) {
  console.log(`https://${host} is up. It has sent a test message on every channel: confirm each.`);
}
process.exitCode = problems.length > 0 ? 1 : 0;
