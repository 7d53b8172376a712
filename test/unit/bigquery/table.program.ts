import * as pulumi from "@pulumi/pulumi";
import { BigQueryDataset, BigQueryTable } from "slipway";
import { nameFormats } from "../../../lib/facts/names";
import { call, onProject, type SampleCalls } from "../iam/sampleCalls";
import type { LongestNames } from "../lengthened";
import { bigQuery, readRows, writeRows } from "./dataset.program";

export function program(): void {
    const dataset = new BigQueryDataset("tables");
    new BigQueryTable("stores", {
        dataset,
        tableId: pulumi.output("all-stores"),
        schema: [{ name: "store", type: "INTEGER" }],
        partition: { range: { field: "store", start: 0, end: 100, interval: 10 } },
    });
    new BigQueryTable("bare", { dataset, partition: { ingestion: {} } });
}

export const sampleCalls: SampleCalls = {
    "BigQueryTable.reader": {
        offer: () => BigQueryTable.existing("sales.orders").reader,
        source: bigQuery,
        calls: readRows,
    },
    "BigQueryTable.writer": {
        offer: () => BigQueryTable.existing("sales.orders").writer,
        source: bigQuery,
        calls: [
            ...writeRows,
            call("Client.load_table_from_uri", "bigquery.jobs.create", {
                ...onProject,
                remedy: ["big-query-table", "they need `reader` too"],
            }),
        ],
    },
};

export const longestNames: LongestNames = {
    "bigquery/table:Table tableId": nameFormats.rows.bigQueryTable.max,
};

export const sameWithout = {
    "BigQueryTable.partition.ingestion.type": "programs have its default",
};
