export type { Duration } from "../internal/duration";
export { BigQueryDataset, type BigQueryDatasetArgs } from "./dataset";
export type { BigQueryField } from "./field";
export type {
    IngestionPartitioning,
    Partitioning,
    PartitionType,
    RangePartitioning,
    TimePartition,
    TimePartitioning,
} from "./partition";
export type { BigQuerySchema } from "./schema";
export { BigQueryTable, type BigQueryTableArgs, type BigQueryTableDefinition } from "./table";
