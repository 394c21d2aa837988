import type { SettingGroup } from './setting-reference.ts';

export const platformReference: readonly SettingGroup[] = [
  {
    title: 'Telemetry',
    says: 'Where the service sends what it measures of itself. One that is wrong is named in the log, and the watch goes on without it.',
    settings: [
      {
        name: 'APPLICATIONINSIGHTS_CONNECTION_STRING',
        means:
          'The Application Insights that the Functions host and the app write to. It says where, and opens nothing where local authentication is off.',
        without: 'nothing is sent there',
        counts: ['Azure'],
      },
      {
        name: 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
        means: 'As whom they sign in there.',
        without: 'they write with the key of the connection string',
        counts: ['Azure'],
      },
      {
        name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
        means:
          'A collector of OpenTelemetry that the app sends its measures to, by OTLP over HTTP.',
        without: 'nothing is sent there',
        counts: ['Azure', '`func start`', '`npm start`'],
      },
      {
        name: 'OTEL_EXPORTER_OTLP_HEADERS',
        means: 'What is sent along to it, such as a key.',
        without: 'nothing is sent along',
        counts: ['Azure', '`func start`', '`npm start`'],
        isSecret: true,
      },
      {
        name: 'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE',
        means: 'How sums are sent there; read by the library, as the other settings of OTLP are.',
        allowed: '`cumulative`, `delta` or `lowmemory`',
        without: '`cumulative`: sums since the start of the process',
        counts: ['Azure', '`func start`', '`npm start`'],
      },
    ],
  },
  {
    title: 'The platform',
    says: 'Set by the platform or by the templates: set none of them by hand.',
    settings: [
      {
        name: 'WEBSITE_AUTH_ENABLED',
        means:
          'Whether App Service authentication stands in front of the app. Read by the app: without it nobody can sign in, since its headers could be anybody’s.',
        allowed: '`true`, or anything else for no',
        without: 'nobody can sign in',
        counts: ['Azure', '`npm start`'],
      },
      {
        name: 'WEBSITE_SITE_NAME',
        means:
          'The name of the app. Where it is set the app runs in Azure, and refuses what is for this machine alone.',
        allowed: 'what the platform sets',
        without: 'the app does not run in Azure',
        counts: ['Azure'],
      },
      {
        name: 'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID',
        means:
          'The identity that signs the console in to Entra in place of a client secret; read by App Service authentication.',
        allowed: 'the client id of a user-assigned identity, a GUID',
        without: 'signing in to the console needs a client secret',
        counts: ['Azure'],
      },
    ],
  },
  {
    title: 'This machine',
    says: 'Read by tools and libraries from the environment.',
    settings: [
      {
        name: 'GLASSWATCH_VERBOSE',
        means: 'Anything shows what the functions log.',
        allowed: 'any text',
        without: 'only the alerts are shown',
        counts: ['`npm start`'],
      },
      {
        name: 'NODE_EXTRA_CA_CERTS',
        means:
          'A file of certificates (PEM) that Node trusts besides its own, for receivers with a certificate of your own. `npm start` sets it for its stand-ins.',
        allowed: 'the path of a file',
        without: 'the certificates that Node brings',
        counts: ['`npm start`', 'the command line'],
      },
      {
        name: 'NO_COLOR',
        means: 'Anything takes the colours out of what `npx glasswatch doctor` prints.',
        allowed: 'any text',
        without: 'colours, on a terminal',
        counts: ['the command line'],
      },
      {
        name: 'COST_RECORDS_PER_USER',
        means: 'How many log records a user makes a day, for `npm run bench -- --only cost`.',
        allowed: 'a number',
        without: '`15`',
        counts: ['the command line'],
      },
    ],
  },
];
