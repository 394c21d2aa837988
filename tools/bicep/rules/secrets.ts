import { textOf, within } from '../expression.ts';
import { expressionsOf, writtenTexts } from '../resources.ts';
import type { Rule } from '../rule.ts';

const keyText = /AccountKey=|SharedAccessKey|SharedAccessSignature|[?&]sig=|-----BEGIN|Password=/i;
/** Properties that hold a key, also where nothing is called to get it. */
const keyProperty =
  /^(primary|secondary)(Key|ConnectionString|MasterKey|SharedKey)$|^InstrumentationKey$/i;
/** As the linter of Bicep and others guess it, and some more. */
const secretName = /secret|password|passphrase|pwd|token|accountkey|acctkey|credential|keys?$/i;
/** Hosts of one cloud, and regions, which belong to whoever deploys. */
const endpoint =
  /\b(core\.windows\.net|login\.microsoftonline\.com|management\.azure\.com|graph\.microsoft\.com|vault\.azure\.net|azurewebsites\.net|database\.windows\.net|servicebus\.windows\.net)\b/i;
const region =
  /^(north|south|east|west|central)?(us|europe|asia|india|japan|korea|australia|canada|france|germany|uk|sweden|norway|switzerland|brazil|africa)(north|south|east|west|central)?\d?$/i;

export const secretRules: readonly Rule[] = [
  {
    name: 'no-keys',
    says: 'no key, signature or connection string is asked for or written anywhere',
    check: (project) => [
      ...writtenTexts(project)
        .filter(({ text }) => keyText.test(text))
        .map(({ file, line }) => ({ file: file.path, line, what: 'a key, or the place for one' })),
      ...[...project.files.values()].flatMap((file) =>
        [...expressionsOf(file)].flatMap((one) => {
          const isList = one.is === 'call' && /^list[A-Z]|^getSecret$/.test(one.name);
          const isKey = one.is === 'property' && keyProperty.test(one.property);
          if (!isList && !isKey) return [];
          const what = one.is === 'call' ? `${one.name}()` : 'a property that holds a key';
          return [{ file: file.path, line: one.line, what, allowed: 'an identity and its role' }];
        }),
      ),
    ],
  },
  {
    name: 'secret-output',
    says: 'what a deployment gives out is no secret: it stays in its history',
    check: (project) =>
      [...project.files.values()].flatMap((file) =>
        file.outputs
          .filter(
            ({ name, value }) =>
              secretName.test(name) ||
              [...within(value)].some(
                (one) => one.is === 'property' && /connectionString|key$/i.test(one.property),
              ),
          )
          .map(({ name, line }) => ({
            file: file.path,
            line,
            what: `the output ${name} is a secret`,
          })),
      ),
  },
  {
    name: 'secret-parameter',
    says: 'a parameter for a secret is marked so, and has no default',
    check: (project) =>
      [...project.files.values()].flatMap((file) =>
        file.parameters
          .filter(({ name }) => secretName.test(name))
          .filter(
            ({ decorators, preset }) =>
              !decorators.some((one) => one.name === 'secure') || (preset && textOf(preset) !== ''),
          )
          .map(({ name, line }) => ({
            file: file.path,
            line,
            what: `${name} sounds like a secret`,
            allowed: '@secure() without a default; better none, and the vault',
          })),
      ),
  },
  {
    name: 'no-endpoints',
    says: 'hosts come from environment() or from the resource, since clouds differ',
    check: (project) =>
      writtenTexts(project)
        .filter(({ text }) => endpoint.test(text))
        .filter(({ file, line }) => !isDefault(file.parameters, line))
        .map(({ file, line, text }) => ({
          file: file.path,
          line,
          what: `'${text}' is a host of one cloud`,
          allowed: 'environment(), a property of the resource, the default of a parameter',
        })),
  },
  {
    name: 'no-regions',
    says: 'the region is a parameter',
    check: (project) =>
      writtenTexts(project)
        .filter(({ text }) => region.test(text.replaceAll(' ', '')))
        .map(({ file, line, text }) => ({
          file: file.path,
          line,
          what: `'${text}' is a region`,
          allowed: "location, or 'global'",
        })),
  },
];

const isDefault = (parameters: readonly { preset: { line: number } | undefined }[], line: number) =>
  parameters.some(({ preset }) => preset?.line === line);
