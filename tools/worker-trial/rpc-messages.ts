import type {
  InvocationResponse,
  RetryContext,
  TypedData,
} from '../../local/functions-host/core-types.ts';

/** As in function-rpc.proto. What has the value of its type that stands for nothing may be left out. */
type StatusResult = {
  status?: 'Failure' | 'Success' | 'Cancelled';
  exception?: { message?: string; stackTrace?: string };
};

type WorkerMetadata = {
  runtimeName?: string;
  runtimeVersion?: string;
  workerVersion?: string;
  customProperties?: Record<string, string>;
};

export type RpcFunctionMetadata = {
  functionId?: string;
  name?: string;
  directory?: string;
  scriptFile?: string;
  bindings?: Record<string, { type?: string; direction?: string; dataType?: string }>;
  rawBindings?: string[];
  retryOptions?: {
    retryStrategy?: 'exponential_backoff' | 'fixed_delay';
    maxRetryCount?: number;
    delayInterval?: { seconds: number };
    minimumInterval?: { seconds: number };
    maximumInterval?: { seconds: number };
  };
};

export type RpcLog = {
  invocationId?: string;
  category?: string;
  level?: 'Trace' | 'Debug' | 'Information' | 'Warning' | 'Error' | 'Critical' | 'None';
  message?: string;
  logCategory?: 'User' | 'System' | 'CustomMetric';
};

/** What the host asks: one of these. */
export type Questions = {
  workerInitRequest: {
    hostVersion: string;
    capabilities: Record<string, string>;
    workerDirectory: string;
    functionAppDirectory: string;
  };
  functionEnvironmentReloadRequest: {
    environmentVariables: Readonly<Record<string, string>>;
    functionAppDirectory: string;
  };
  functionsMetadataRequest: { functionAppDirectory: string };
  functionLoadRequest: { functionId: string; metadata: RpcFunctionMetadata };
  invocationRequest: {
    invocationId: string;
    functionId: string;
    inputData: { name: string; data: TypedData }[];
    triggerMetadata: Record<string, TypedData>;
    retryContext?: RetryContext;
  };
  workerStatusRequest: Record<string, never>;
};

type Result = { result?: StatusResult };

/** What the worker answers to each. */
export type Answers = {
  workerInitRequest: Result & {
    capabilities?: Record<string, string>;
    workerMetadata?: WorkerMetadata;
  };
  functionEnvironmentReloadRequest: Answers['workerInitRequest'];
  functionsMetadataRequest: Result & {
    functionMetadataResults?: RpcFunctionMetadata[];
    useDefaultMetadataIndexing?: boolean;
  };
  functionLoadRequest: Result & { functionId?: string };
  invocationRequest: Result & Partial<InvocationResponse> & { invocationId?: string };
  workerStatusRequest: Record<string, never>;
};

export type Question = keyof Questions;

/** Under which name an answer comes. */
export const answerNames = {
  workerInitRequest: 'workerInitResponse',
  functionEnvironmentReloadRequest: 'functionEnvironmentReloadResponse',
  functionsMetadataRequest: 'functionMetadataResponse',
  functionLoadRequest: 'functionLoadResponse',
  invocationRequest: 'invocationResponse',
  workerStatusRequest: 'workerStatusResponse',
} as const satisfies Record<Question, string>;

export type Message = {
  requestId?: string;
  /** Which of the others is there. */
  content?: string;
  startStream?: { workerId?: string };
  rpcLog?: RpcLog;
  [content: string]: unknown;
};
