import type { Tenant } from '../model.ts';
import type { Filter } from '../query/filter.ts';
import { partsOf } from '../query/inspect.ts';
import * as reports from '../rows/reports.ts';
import { row } from '../rows/row.ts';
import { emptyList, found, key, keyed, oneOf, plain, type Sources } from './question.ts';

const auditDays = ({ licence }: Tenant) => (licence === 'Free' ? 7 : 30);
const asksForKinds = (filter: Filter | undefined) =>
  filter !== undefined &&
  [...partsOf(filter)].some((part) => 'path' in part && part.path === 'signInEventTypes');

export const reportSources: Sources = {
  '/reports/authenticationMethods/userRegistrationDetails': ({ tenant }) =>
    reports.registrationRows(tenant),
  '/reports/authenticationMethods/userRegistrationDetails/{id}': (question) =>
    oneOf(reports.registrationRows(question.tenant), key(question)),
  '/reports/authenticationMethods/usersRegisteredByMethod': ({ tenant }) =>
    reports.methodSummary(tenant),
  '/reports/servicePrincipalSignInActivities': emptyList,
  '/auditLogs/signIns': ({ tenant, now, filter }) =>
    reports.signInRows(tenant, now, asksForKinds(filter)),
  '/auditLogs/signIns/{id}': (question) =>
    oneOf(reports.signInRows(question.tenant, question.now, true), key(question)),
  '/auditLogs/directoryAudits': ({ tenant, now }) =>
    reports.auditRows(tenant, now, auditDays(tenant)),
  '/auditLogs/directoryAudits/{id}': (question) => {
    const { tenant, now } = question;
    return oneOf(reports.auditRows(tenant, now, auditDays(tenant)), key(question));
  },
  '/identityProtection/riskyUsers': ({ tenant }) => reports.riskyUserRows(tenant),
  '/identityProtection/riskyUsers/{id}': (question) =>
    oneOf(reports.riskyUserRows(question.tenant), key(question)),
  '/identityProtection/riskyUsers/{id}/history': (question) =>
    reports.riskHistoryRows(question.tenant, key(question)),
  '/identityProtection/riskDetections': plain('riskDetection', (tenant) => tenant.riskDetections),
  '/identityProtection/riskyServicePrincipals': emptyList,
  '/identityProtection/servicePrincipalRiskDetections': emptyList,
  '/security/secureScores': plain('secureScore', (tenant) => tenant.secureScores),
  '/security/secureScoreControlProfiles': plain(
    'secureScoreControlProfile',
    (tenant) => tenant.secureScoreControls,
  ),
  '/identityGovernance/accessReviews/definitions': ({ tenant }) =>
    tenant.reviews.map(({ fields }) => row('accessReviewScheduleDefinition', fields)),
  '/identityGovernance/accessReviews/definitions/{id}': (question) =>
    row('accessReviewScheduleDefinition', keyed(question.tenant.reviews, question).fields),
  '/identityGovernance/accessReviews/definitions/{id}/instances': (question) =>
    reports.instanceRows(keyed(question.tenant.reviews, question)),
  '/identityGovernance/accessReviews/definitions/{id}/instances/{id}/decisions': (question) =>
    found(
      reports.decisionRows(keyed(question.tenant.reviews, question), key(question, 1)),
      key(question, 1),
    ),
};
