import type { Rule } from '../rule.ts';
import { appRules } from './app.ts';
import { azdRules } from './azd.ts';
import { baselineRules } from './baseline.ts';
import { evidenceRules } from './evidence.ts';
import { lintRules } from './lint.ts';
import { nameRules } from './names.ts';
import { networkRules } from './network.ts';
import { placeRules } from './places.ts';
import { queryRules } from './query-words.ts';
import { roleRules } from './roles.ts';
import { secretRules } from './secrets.ts';
import { settingRules } from './settings.ts';
import { signInRules } from './sign-in.ts';
import { tenantRules } from './tenant.ts';
import { watchingRules } from './watching.ts';

export const rules: readonly Rule[] = [
  ...appRules,
  ...azdRules,
  ...baselineRules,
  ...evidenceRules,
  ...lintRules,
  ...nameRules,
  ...networkRules,
  ...placeRules,
  ...queryRules,
  ...roleRules,
  ...secretRules,
  ...settingRules,
  ...signInRules,
  ...tenantRules,
  ...watchingRules,
];
