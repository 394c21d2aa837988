/**
 * The tables of the workspace that queries read, with the columns that they have there.
 *
 * @see https://learn.microsoft.com/azure/azure-monitor/reference/tables-index
 */
export const logTables: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  AppExceptions: {
    TimeGenerated: 'datetime',
    ExceptionType: 'string',
    InnermostMessage: 'string',
    ItemCount: 'int',
    OperationName: 'string',
    OuterMessage: 'string',
    ProblemId: 'string',
    Properties: 'dynamic',
    SeverityLevel: 'int',
  },
  AppMetrics: {
    TimeGenerated: 'datetime',
    ItemCount: 'int',
    Max: 'real',
    Min: 'real',
    Name: 'string',
    OperationName: 'string',
    Properties: 'dynamic',
    Sum: 'real',
  },
  AppRequests: {
    TimeGenerated: 'datetime',
    DurationMs: 'real',
    ItemCount: 'int',
    Name: 'string',
    OperationName: 'string',
    Properties: 'dynamic',
    ResultCode: 'string',
    Success: 'bool',
  },
  AppTraces: {
    TimeGenerated: 'datetime',
    ItemCount: 'int',
    Message: 'string',
    OperationName: 'string',
    Properties: 'dynamic',
    SeverityLevel: 'int',
  },
  AzureMetrics: {
    TimeGenerated: 'datetime',
    Average: 'real',
    Count: 'real',
    Maximum: 'real',
    MetricName: 'string',
    Minimum: 'real',
    Resource: 'string',
    ResourceProvider: 'string',
    TimeGrain: 'string',
    Total: 'real',
    UnitName: 'string',
    _ResourceId: 'string',
  },
  Usage: {
    TimeGenerated: 'datetime',
    DataType: 'string',
    IsBillable: 'bool',
    Quantity: 'real',
    QuantityUnit: 'string',
    Solution: 'string',
  },
  // A function of the workspace, over its table Operation.
  _LogOperation: {
    TimeGenerated: 'datetime',
    Category: 'string',
    Detail: 'string',
    Level: 'string',
    Operation: 'string',
    _ResourceId: 'string',
  },
};
