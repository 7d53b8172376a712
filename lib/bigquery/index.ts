import { exportTogether } from "../internal/arguments/reportTogether";

export type { Duration } from "../internal/arguments/duration";
export type { DatasetAccessEntry, DatasetMember } from "./access";
export type { AnyDataset, ExistingDataset } from "./anyDataset";
export { BigQueryDataset } from "./dataset";
export type { BigQueryDatasetArgs } from "./datasetArgs";
export type { BigQueryField } from "./field";
export type {
    IngestionPartitioning,
    Partitioning,
    PartitionType,
    RangePartitioning,
    TimePartition,
    TimePartitioning,
} from "./partition";
export type { Query } from "./query";
export type {
    BigQueryRoutine,
    BigQueryRoutineDefinition,
    JavaScriptFunction,
    Procedure,
    ProcedureArgument,
    SqlFunction,
    TableFunction,
} from "./routine";
export type { ScheduledQueries, ScheduledQuery } from "./scheduled";
export type { BigQuerySchema } from "./schema";
export type { SqlType, TableType } from "./sqlType";
export {
    type AnyTable,
    BigQueryTable,
    type BigQueryTableArgs,
    type BigQueryTableDefinition,
    type ExistingTable,
} from "./table";
export type { BigQueryView, BigQueryViewDefinition, MaterializedViewDefinition } from "./view";

exportTogether(module);
