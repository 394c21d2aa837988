import { isLoopbackHost } from '../../shared/tell/host-rules.ts';
import { theApp } from './azd-value.ts';
import type { DoctorDeps } from './check.ts';

type Deps = Pick<DoctorDeps, 'storage'>;

/** Whether it is the stack of `npm start` that is looked at. */
export const isEmbedded = ({ storage }: Deps): boolean =>
  storage !== undefined && isLoopbackHost(new URL(storage.clients.evidence.url).hostname);

/** How one of the functions is seen to run, and started anew. */
export const lookAt = (functions: string, deps: Deps): string =>
  isEmbedded(deps)
    ? `Look at what npm start prints of ${functions}; to start it anew, end it with Ctrl-C, then: npm start`
    : `Look at the log of ${functions} in Application Insights; to start the app anew: az functionapp restart ${theApp}`;
