import { measured, type Section } from './section.ts';

const hub = `AzureMetrics
| where ResourceProvider == 'MICROSOFT.EVENTHUB'
| where MetricName in ('IncomingMessages', 'OutgoingMessages')`;

/** A gauge comes with what it stood at; a histogram with a sum, a number, a least and a most. */
const minutes = (value: string) => `round(${value} / 60, 1)`;
const meanOf = 'sum(Sum) / sum(ItemCount)';

/** What an operator asks, in the order in which to ask it: what comes later rests on what comes first. */
export const sections: readonly Section[] = [
  {
    question: 'Do logs arrive, and how old are they?',
    note: 'What comes in and what is read should lie on each other. A gap means that records wait in the hub; nothing at all means that the diagnostic settings are off, or a network rule is new. Entra itself takes minutes to export a record: only what lies beyond that is ours.',
    panels: [
      {
        title: 'Messages in and out of the event hub',
        shown: 'timechart',
        width: 50,
        query: `${hub}
| summarize Messages = sum(Total) by MetricName, bin(TimeGenerated, {grain})`,
      },
      {
        title: 'Minutes that a message lay in the hub until it was judged',
        shown: 'timechart',
        width: 50,
        query: `${measured('glasswatch.ingest.wait')}
| summarize Mean = ${minutes(meanOf)}, Longest = ${minutes('max(Max)')} by bin(TimeGenerated, {grain})`,
      },
      {
        title: 'Minutes that a record was old when it was judged, by log',
        shown: 'table',
        query: `${measured('glasswatch.record.age', { Log: 'category' })}
| summarize Records = sum(ItemCount), Mean = ${minutes(meanOf)}, Oldest = ${minutes('max(Max)')}, Last = max(TimeGenerated) by Log
| order by Oldest desc`,
      },
    ],
  },
  {
    question: 'What became of them?',
    note: 'Most records are skipped: they tell of nothing that is watched. What is set aside could not be read or judged, and lies in the container `dead-letters`, with the reason.',
    panels: [
      {
        title: 'Records by what became of them',
        shown: 'timechart',
        width: 66,
        query: `${measured('glasswatch.records', { Outcome: 'outcome' })}
| summarize Records = sum(Sum) by Outcome, bin(TimeGenerated, {grain})`,
      },
      {
        title: 'In all',
        shown: 'table',
        width: 33,
        query: `${measured('glasswatch.records', { Outcome: 'outcome' })}
| summarize Records = sum(Sum) by Outcome
| order by Records desc`,
      },
    ],
  },
  {
    question: 'What was found?',
    note: 'A detection that tells more than all others together wants tuning: docs/policy.md. None at all for weeks wants a drill.',
    panels: [
      {
        title: 'New findings by severity',
        shown: 'timechart',
        width: 50,
        query: `${measured('glasswatch.findings', { Severity: 'severity', Change: 'change' })}
| where Change == 'created'
| summarize Findings = sum(Sum) by Severity, bin(TimeGenerated, {grain})`,
      },
      {
        title: 'What people and time made of incidents',
        shown: 'timechart',
        width: 50,
        query: `${measured('glasswatch.incidents', { Change: 'change' })}
| summarize Incidents = sum(Sum) by Change, bin(TimeGenerated, {grain})`,
      },
      {
        title: 'New findings by detection',
        shown: 'table',
        query: `${measured('glasswatch.findings', { Detection: 'detection', Severity: 'severity', Change: 'change' })}
| where Change == 'created'
| summarize Findings = sum(Sum), Last = max(TimeGenerated) by Detection, Severity
| order by Findings desc`,
      },
    ],
  },
  {
    question: 'Were people told, and how fast?',
    note: 'From the moment that a finding was saved until the channel had taken the message. A channel with failures and nothing delivered is down; another has taken over.',
    panels: [
      {
        title: 'Attempts by channel',
        shown: 'table',
        width: 50,
        query: `${measured('glasswatch.deliveries', { Channel: 'channel', Outcome: 'outcome' })}
| summarize Delivered = sumif(Sum, Outcome == 'delivered'), Failed = sumif(Sum, Outcome == 'failed'), LastDelivered = maxif(TimeGenerated, Outcome == 'delivered') by Channel
| order by Failed desc`,
      },
      {
        title: 'Seconds until a message was taken, by channel',
        shown: 'table',
        width: 50,
        query: `${measured('glasswatch.alert.delay', { Channel: 'channel' })}
| summarize Messages = sum(ItemCount), Mean = round(${meanOf}, 1), Longest = round(max(Max), 1) by Channel
| order by Longest desc`,
      },
      {
        title: 'Incidents with messages that were not taken at once',
        shown: 'timechart',
        query: `${measured('glasswatch.alerts.waiting')}
| summarize Most = max(Sum / ItemCount) by bin(TimeGenerated, {grain})`,
      },
    ],
  },
  {
    question: 'Do SIEMs keep up?',
    note: 'Nothing is lost while one is down. What it refused for good lies with the dead letters: mend the index or the table there, then `npx glasswatch forward`.',
    panels: [
      {
        title: 'Events by SIEM and what became of them',
        shown: 'timechart',
        width: 50,
        query: `${measured('glasswatch.siem.events', { Sink: 'sink', Outcome: 'outcome' })}
| summarize Events = sum(Sum) by Series = strcat(Sink, ': ', Outcome), bin(TimeGenerated, {grain})`,
      },
      {
        title: 'Minutes that the oldest event has been waiting',
        shown: 'timechart',
        width: 50,
        query: `${measured('glasswatch.siem.delay', { Sink: 'sink' })}
| summarize Minutes = ${minutes('max(Sum / ItemCount)')} by Sink, bin(TimeGenerated, {grain})`,
      },
    ],
  },
  {
    question: 'Is the directory fresh?',
    note: 'It is read once an hour, so a saw of an hour is right. A line that only climbs is a reading that fails: the console and `npx glasswatch doctor` say why.',
    panels: [
      {
        title: 'Hours since the directory of a tenant was read',
        shown: 'timechart',
        width: 66,
        query: `${measured('glasswatch.directory.age', { Tenant: 'tenant' })}
| summarize Hours = round(max(Sum / ItemCount) / 3600, 1) by Tenant, bin(TimeGenerated, {grain})`,
      },
      {
        title: 'Requests to Microsoft Graph for it',
        shown: 'table',
        width: 33,
        query: `${measured('glasswatch.graph.requests', { Tenant: 'tenant' })}
| summarize Readings = sum(ItemCount), Requests = sum(Sum) by Tenant`,
      },
    ],
  },
  {
    question: 'What does it cost?',
    note: 'What the bill is made of, not the bill: docs/cost.md has the prices. An execution is billed a second at least; seconds times the gigabytes of memory are GB-seconds. Where a host samples its telemetry, the numbers are made up for.',
    panels: [
      {
        title: 'Requests to storage',
        shown: 'table',
        width: 50,
        query: `${measured('glasswatch.storage.requests', { Service: 'service', Operation: 'operation', Outcome: 'outcome' })}
| summarize Requests = sum(Sum), Repeated = sumif(Sum, Outcome in ('throttled', 'failed')) by Service, Operation
| order by Requests desc`,
      },
      {
        title: 'Executions, and the seconds that are billed for them',
        shown: 'table',
        width: 50,
        query: `AppRequests
| summarize Executions = sum(ItemCount), Seconds = round(sum(ItemCount * max_of(DurationMs / 1000, 1.0))), Longest = round(max(DurationMs) / 1000, 1) by OperationName
| order by Seconds desc`,
      },
      {
        title: 'Gigabytes of telemetry a day that are billed, by table',
        shown: 'barchart',
        query: `Usage
| where IsBillable == true
| summarize Gigabytes = round(sum(Quantity) / 1000, 3) by DataType, bin(TimeGenerated, 1d)`,
      },
    ],
  },
  {
    question: 'What went wrong?',
    note: 'An outage of storage fails batches, which come again by themselves. What fails without one is worth a look at its first row here. docs/errors.md tells of each code.',
    panels: [
      {
        title: 'Executions that failed',
        shown: 'timechart',
        width: 50,
        query: `AppRequests
| where Success == false and (OperationName != 'console' or toint(ResultCode) >= 500)
| summarize Failures = sum(ItemCount) by OperationName, bin(TimeGenerated, {grain})`,
      },
      {
        title: 'Requests to storage that had to be repeated',
        shown: 'timechart',
        width: 50,
        query: `${measured('glasswatch.storage.requests', { Service: 'service', Outcome: 'outcome' })}
| where Outcome in ('throttled', 'failed')
| summarize Requests = sum(Sum) by Series = strcat(Service, ': ', Outcome), bin(TimeGenerated, {grain})`,
      },
      {
        title: 'Exceptions',
        shown: 'table',
        query: `AppExceptions
| summarize Times = sum(ItemCount), First = min(TimeGenerated), Last = max(TimeGenerated), Says = take_any(OuterMessage) by OperationName, ProblemId
| order by Times desc
| take 50`,
      },
      {
        title: 'Warnings',
        shown: 'table',
        query: `AppTraces
| where SeverityLevel >= 2
| summarize Times = sum(ItemCount), Last = max(TimeGenerated) by OperationName, Says = substring(Message, 0, 200)
| order by Times desc
| take 50`,
      },
      {
        title: 'The ledger could not be anchored',
        shown: 'table',
        query: `AppTraces
| where Message has 'the ledger is not anchored'
| summarize Times = sum(ItemCount), First = min(TimeGenerated), Last = max(TimeGenerated)
| where Times > 0`,
      },
    ],
  },
];
