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

// A query has a row only when something is wrong. The first two have it also when there is nothing at
// all to count: so they still go off where telemetry, too, has stopped.
var alarms = [
  {
    name: 'no-heartbeat'
    says: 'The function escalate has not run for 15 minutes: nobody is asked again, and perhaps nothing runs at all.'
    severity: 0
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
    windowSize: 'PT1H'
    query: '''
AzureMetrics
| where ResourceProvider == 'MICROSOFT.EVENTHUB'
| where MetricName == 'IncomingMessages' and Total > 0
| summarize Minutes = count()
| where Minutes == 0
'''
  }
  {
    name: 'functions-fail'
    says: 'A function has failed five times within 15 minutes. If it is ingest, records wait in the event hub.'
    severity: 1
    windowSize: 'PT15M'
    query: '''
AppRequests
| where Success == false
| where OperationName != 'console' or toint(ResultCode) >= 500
| summarize Failures = sum(ItemCount) by OperationName
| where Failures >= 5
'''
  }
  {
    name: 'records-wait'
    says: 'Within half an hour less than half of the messages that came in were read.'
    severity: 1
    windowSize: 'PT30M'
    query: '''
AzureMetrics
| where ResourceProvider == 'MICROSOFT.EVENTHUB'
| summarize In = sumif(Total, MetricName == 'IncomingMessages'), Out = sumif(Total, MetricName == 'OutgoingMessages')
| where In > 10 and Out < In / 2
'''
  }
  {
    name: 'alerts-wait'
    says: 'For a quarter of an hour alerts have been waiting to be told: a channel, or all of them, are down.'
    severity: 1
    windowSize: 'PT15M'
    query: '''
AppTraces
| where Message has 'incidents with deliveries that wait'
| summarize Minutes = dcount(bin(TimeGenerated, 1m))
| where Minutes >= 12
'''
  }
  {
    name: 'records-set-aside'
    says: 'Records could not be read or judged, and lie in the container dead-letters with the reason.'
    severity: 2
    windowSize: 'PT1H'
    query: '''
AppTraces
| where Message startswith 'ingested {'
| extend Counts = parse_json(substring(Message, 9))
| summarize SetAside = sum(toint(Counts.deadLetters))
| where SetAside > 0
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
    description: 'No log of Entra or Azure has come in for an hour. Look at the diagnostic settings first.'
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
    description: alarm.says
    severity: alarm.severity
    enabled: true
    scopes: [
      workspaceId
    ]
    evaluationFrequency: 'PT5M'
    windowSize: alarm.windowSize
    criteria: {
      allOf: [
        {
          query: alarm.query
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
