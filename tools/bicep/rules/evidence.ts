import type { BicepFile } from '../bicep-file.ts';
import { at, literalOf } from '../expression.ts';
import type { Project } from '../project.ts';
import { deployed, named, nameOf, type Placed } from '../resources.ts';
import type { Rule } from '../rule.ts';

const container = 'Microsoft.Storage/storageAccounts/blobServices/containers';

/** What nobody may change afterwards, and whether it grows. */
const kept: Readonly<Record<string, { grows: boolean }>> = {
  evidence: { grows: false },
  ledger: { grows: true },
};

const keptIn = (project: Project) =>
  deployed(project, container).filter((one) => Object.hasOwn(kept, nameOf(one) ?? ''));

const policyOf = (project: Project, { file, resource }: Placed) =>
  deployed(project, `${container}/immutabilityPolicies`).find(
    (one) => one.file === file && named(file, at(one.object, 'parent')) === resource,
  );

const accountsIn = (project: Project, file: BicepFile) =>
  deployed(project, 'Microsoft.Storage/storageAccounts').filter((one) => one.file === file);

export const evidenceRules: readonly Rule[] = [
  {
    name: 'evidence-kept',
    says: 'evidence and ledger can not be changed once written; the ledger can still grow',
    check: (project) => {
      const there = keptIn(project).map(nameOf);
      const missing = Object.keys(kept)
        .filter((name) => !there.includes(name))
        .map((name) => ({
          file: 'infra/main.bicep',
          line: 1,
          what: `there is no container ${name}`,
        }));
      const wrong = keptIn(project).flatMap((placed) => {
        const name = nameOf(placed) ?? '';
        const policy = policyOf(project, placed);
        const told = (what: string, allowed: string, line = placed.resource.line) => [
          { file: placed.file.path, line, what: `${name} ${what}`, allowed },
        ];
        if (!policy) return told('has no immutability policy', 'a policy, unlocked');
        const { object, resource } = policy;
        const grows = literalOf(at(object, 'properties.allowProtectedAppendWrites'));
        const days = at(object, 'properties.immutabilityPeriodSinceCreationInDays');
        const wanted = kept[name]?.grows;
        return [
          ...(grows === wanted ? [] : told('grows, or does not', String(wanted), resource.line)),
          ...(days?.is === 'name'
            ? []
            : told('is kept for how long', 'a parameter', resource.line)),
        ];
      });
      return [...missing, ...wrong];
    },
  },
  {
    name: 'evidence-unlocked',
    says: 'no deployment locks a policy: that can not be taken back; and once locked, none is deployed',
    check: (project) =>
      keptIn(project).flatMap((placed) => {
        const policy = policyOf(project, placed);
        if (!policy) return [];
        const { file, resource } = policy;
        const isLocked = at(policy.object, 'properties.state') !== undefined;
        if (!isLocked && resource.body.is === 'condition') return [];
        const what = isLocked
          ? 'a deployment locks a policy'
          : 'a locked policy would be deployed again';
        return [{ file: file.path, line: resource.line, what, allowed: 'if (!isLocked)' }];
      }),
  },
  {
    name: 'evidence-apart',
    says: 'evidence has an account of its own, with versions, where the app can not delete',
    check: (project) => {
      const files = new Set(keptIn(project).map(({ file }) => file));
      const wrong = [...files].flatMap((file) => {
        const told = (what: string, allowed: string, line = 1) => [
          { file: file.path, line, what, allowed },
        ];
        const others = deployed(project, container).filter(
          (one) => one.file === file && !Object.hasOwn(kept, nameOf(one) ?? ''),
        );
        const services = deployed(project, 'Microsoft.Storage/storageAccounts/blobServices').filter(
          (one) => one.file === file,
        );
        const hasVersions = services.every(
          ({ object }) => literalOf(at(object, 'properties.isVersioningEnabled')) === true,
        );
        const writers = deployed(project, 'Microsoft.Authorization/roleAssignments').filter(
          (one) => one.file === file,
        );
        const strong = writers.filter(({ object }) => {
          const role = at(object, 'properties.roleDefinitionId');
          const id = role?.is === 'call' ? role.values[1] : undefined;
          const type = id?.is === 'property' ? named(file, id.of)?.type : undefined;
          return type !== 'Microsoft.Authorization/roleDefinitions';
        });
        return [
          ...(accountsIn(project, file).length === 1 ? [] : told('more than one account', 'one')),
          ...others.flatMap(({ resource }) =>
            told(`${resource.name} lies with evidence`, 'apart', resource.line),
          ),
          ...(hasVersions ? [] : told('versions are off', 'isVersioningEnabled: true')),
          ...(writers.length > 0 ? [] : told('nobody may write evidence', 'an assignment')),
          ...strong.flatMap(({ resource }) =>
            told(
              `${resource.name} gives a role that may delete`,
              'the role declared beside it',
              resource.line,
            ),
          ),
        ];
      });
      return wrong;
    },
  },
];
