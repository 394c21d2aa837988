metadata description = 'Alarms that do not depend on the app: they go off when it says nothing, and tell people by themselves.'

param location string
param tags object

@description('Who is told; nobody of them should need the app or its channels for it.')
@minLength(1)
param emails string[]

@description('The workspace that the telemetry of the app lies in.')
param workspaceId string

@description('The namespace that logs come in by.')
param ingestNamespaceId string

@description('How old the known directory of a tenant may be, before somebody has to look.')
@minValue(2)
param directoryHours int

// A query has a row only when something is wrong. Those that count to zero have it also when there is
// nothing at all to count: so they still go off where telemetry, too, has stopped.
// What a person does about each stands in docs/operate.md under its name.
var alarms = [
  {
    name: 'no-heartbeat'
    says: 'The function escalate has not run for 15 minutes: nobody is asked again, and perhaps nothing runs at all.'
    severity: 0
    frequency: 'PT5M'
    windowSize: 'PT15M'
    query: '''
AppRequests
| where OperationName == 'escalate'
| summarize Runs = count()
| where Runs == 0
'''
  }
  {
    // The same as no-messages below, which may keep still where a metric is missing altogether.
    name: 'no-logs'
    says: 'For an hour no metric of the event hub has told of a message that came in.'
    severity: 0
    frequency: 'PT5M'
    windowSize: 'PT1H'
    query: '''
AzureMetrics
| where _ResourceId =~ 'INGEST_NAMESPACE'
| where MetricName == 'IncomingMessages' and Total > 0
| summarize Minutes = count()
| where Minutes == 0
'''
  }
  {
    // Free of charge, so it still comes when the quota is used up and all the rest is thrown away.
    name: 'telemetry-stopped'
    says: 'The workspace takes no more telemetry today. Alarms that read logs are blind, or go off for that alone.'
    severity: 1
    frequency: 'PT15M'
    windowSize: 'PT1H'
    query: '''
_LogOperation
| where Category =~ 'Ingestion'
| where Operation =~ 'Data collection stopped' or Detail contains 'OverQuota'
'''
  }
  {
    // Three failures and nothing else: what runs four times an hour never fails five times in 15 minutes.
    name: 'functions-fail'
    says: 'A function failed five times within 15 minutes, or for an hour each time. If it is ingest, records wait in the event hub.'
    severity: 1
    frequency: 'PT5M'
    windowSize: 'PT1H'
    query: '''
AppRequests
| extend HasFailed = Success == false and (OperationName != 'console' or toint(ResultCode) >= 500)
| summarize
    Failures = sumif(ItemCount, HasFailed),
    Lately = sumif(ItemCount, HasFailed and TimeGenerated > ago(15m)),
    Others = sumif(ItemCount, not(HasFailed))
    by OperationName
| where Lately >= 5 or (Failures >= 3 and Others == 0)
'''
  }
  {
    // Of what the namespace says, not the app. One of four partitions that nobody reads is a quarter.
    name: 'records-wait'
    says: 'Within an hour less than four fifths of the messages that came in were read.'
    severity: 1
    frequency: 'PT5M'
    windowSize: 'PT1H'
    query: '''
AzureMetrics
| where _ResourceId =~ 'INGEST_NAMESPACE'
| summarize In = sumif(Total, MetricName == 'IncomingMessages'), Out = sumif(Total, MetricName == 'OutgoingMessages')
| where In > 20 and Out < In * 0.8
'''
  }
  {
    // A batch that fails is tried again every five minutes at most, and holds up its partition meanwhile.
    name: 'records-late'
    says: 'Messages lay in the event hub for more than 15 minutes until their records were judged, or a partition waits for a batch that fails again and again.'
    severity: 1
    frequency: 'PT5M'
    windowSize: 'PT30M'
    query: '''
let Late = AppMetrics
| where Name == 'glasswatch.ingest.wait'
| summarize Longest = max(Max)
| where Longest > 900
| project What = strcat('a message lay for ', tostring(toint(Longest)), ' seconds');
let Stuck = AppRequests
| where OperationName == 'ingest' and Success == false
| summarize Failures = sum(ItemCount), First = min(TimeGenerated), Last = max(TimeGenerated)
| where Failures >= 4 and Last - First > 20m
| project What = strcat('ingest failed ', tostring(Failures), ' times');
union Late, Stuck
'''
  }
  {
    name: 'alerts-wait'
    says: 'Within half an hour a channel has failed for more than 10 minutes, and told nobody.'
    severity: 1
    frequency: 'PT5M'
    windowSize: 'PT30M'
    query: '''
AppMetrics
| where Name == 'glasswatch.deliveries'
| extend About = parse_json(tostring(Properties))
| extend Channel = tostring(About.channel), Outcome = tostring(About.outcome)
| summarize
    Delivered = sumif(Sum, Outcome == 'delivered'),
    Failed = sumif(Sum, Outcome == 'failed'),
    First = minif(TimeGenerated, Outcome == 'failed'),
    Last = maxif(TimeGenerated, Outcome == 'failed')
    by Channel
| where Failed > 0 and Delivered == 0 and Last - First > 10m
'''
  }
  {
    name: 'records-set-aside'
    says: 'Records could not be read or judged, and lie in the container dead-letters with the reason.'
    severity: 2
    frequency: 'PT15M'
    windowSize: 'PT1H'
    query: '''
AppMetrics
| where Name == 'glasswatch.records'
| extend About = parse_json(tostring(Properties))
| extend Outcome = tostring(About.outcome)
| where Outcome == 'set aside'
| summarize SetAside = sum(Sum)
| where SetAside > 0
'''
  }
  {
    name: 'siem-behind'
    says: 'An event has been waiting for a SIEM for more than half an hour.'
    severity: 2
    frequency: 'PT15M'
    windowSize: 'PT30M'
    query: '''
AppMetrics
| where Name == 'glasswatch.siem.delay'
| extend About = parse_json(tostring(Properties))
| extend Sink = tostring(About.sink)
| summarize arg_max(TimeGenerated, Sum, ItemCount) by Sink
| where Sum / ItemCount > 1800
'''
  }
  {
    name: 'directory-old'
    says: 'The directory of a tenant is old, or known of none: whoever became privileged since then is not watched as such.'
    severity: 2
    frequency: 'PT15M'
    windowSize: 'PT1H'
    query: '''
AppMetrics
| where Name == 'glasswatch.directory.age'
| extend About = parse_json(tostring(Properties))
| extend Tenant = tostring(About.tenant)
| summarize arg_max(TimeGenerated, Sum, ItemCount) by Tenant
| summarize Tenants = count(), Oldest = max(Sum / ItemCount)
| where Tenants == 0 or Oldest > DIRECTORY_HOURS * 3600
'''
  }
]

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-glasswatch'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'glasswatch'
    enabled: true
    emailReceivers: [for (email, index) in emails: {
      name: 'person-${index}'
      emailAddress: email
      useCommonAlertSchema: true
    }]
  }
}

resource silence 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'no-messages'
  location: 'global'
  tags: tags
  properties: {
    description: 'No log of Entra or Azure has come in for an hour. What to do: docs/operate.md#no-messages'
    severity: 0
    enabled: true
    scopes: [
      ingestNamespaceId
    ]
    evaluationFrequency: 'PT15M'
    windowSize: 'PT1H'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          name: 'incoming'
          criterionType: 'StaticThresholdCriterion'
          metricNamespace: 'Microsoft.EventHub/namespaces'
          metricName: 'IncomingMessages'
          timeAggregation: 'Total'
          operator: 'LessThanOrEqual'
          threshold: 0
        }
      ]
    }
    autoMitigate: true
    actions: [
      {
        actionGroupId: people.id
      }
    ]
  }
}

resource logAlarms 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [for alarm in alarms: {
  name: alarm.name
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Glasswatch: ${alarm.name}'
    description: '${alarm.says} What to do: docs/operate.md#${alarm.name}'
    severity: alarm.severity
    enabled: true
    scopes: [
      workspaceId
    ]
    evaluationFrequency: alarm.frequency
    windowSize: alarm.windowSize
    criteria: {
      allOf: [
        {
          query: replace(replace(alarm.query, 'INGEST_NAMESPACE', ingestNamespaceId), 'DIRECTORY_HOURS', '${directoryHours}')
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: {
            numberOfEvaluationPeriods: 1
            minFailingPeriodsToAlert: 1
          }
        }
      ]
    }
    autoMitigate: true
    actions: {
      actionGroups: [
        people.id
      ]
    }
    // A workspace that was made a moment ago does not know these tables yet.
    skipQueryValidation: true
  }
}]
