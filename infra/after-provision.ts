import { nextSteps } from './next-steps.ts';

// azd hands the outputs of the deployment to its hooks as environment variables.
process.stdout.write(nextSteps(process.env));
