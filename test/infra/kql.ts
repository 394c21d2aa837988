import { createRequire } from 'node:module';
import { logTables } from './log-tables.ts';

/** What of Microsoft's language service is used. It puts itself into the global scope. */
type List<T> = { Count: number; getItem(index: number): T };
type Code = { GetDiagnostics(): List<{ Severity: string; Message: string }> };
type Kusto = {
  Language: {
    GlobalState: { Default: { WithDatabase(database: object): object } };
    KustoCode: { ParseAndAnalyze(text: string, globals: object): Code };
    Symbols: {
      DatabaseSymbol: new (name: string, members: readonly object[]) => object;
      TableSymbol: { From(schema: string): { WithName(name: string): object } };
    };
  };
};

const load = createRequire(import.meta.url);
load('@kusto/language-service-next/bridge.min.js');
load('@kusto/language-service-next/Kusto.Language.Bridge.min.js');
const { GlobalState, KustoCode, Symbols } = (globalThis as unknown as { Kusto: Kusto }).Kusto
  .Language;

const tables = Object.entries(logTables).map(([name, columns]) => {
  const schema = Object.entries(columns).map(([column, type]) => `${column}: ${type}`);
  return Symbols.TableSymbol.From(`(${schema.join(', ')})`).WithName(name);
});
const globals = GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol('workspace', tables));

/** What the language service has against a query: syntax, unknown tables, columns and functions, types. */
export function kqlProblems(query: string): string[] {
  const found = KustoCode.ParseAndAnalyze(query, globals).GetDiagnostics();
  return Array.from({ length: found.Count }, (_, index) => found.getItem(index).Message);
}
