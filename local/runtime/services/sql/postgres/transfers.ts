import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { escapeIdentifier as id } from "pg";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import type { Inputs } from "../../../../simulator";
import { clientProgram } from "../transfers";
import { administrator, type Cluster } from "./cluster";

/** The content of an export: https://cloud.google.com/sql/docs/postgres/import-export */
export async function exported(cluster: Cluster, context: Inputs): Promise<Buffer> {
    const { fileType, databases = [], csvExportOptions = {}, sqlExportOptions = {} } = context;
    const [database = "postgres"] = databases;
    return fileType === "CSV"
        ? cluster.administer(database, (client) =>
              buffer(client.query(copyTo(`COPY (${csvExportOptions.selectQuery}) TO STDOUT WITH (FORMAT csv)`))),
          )
        : program(cluster, "pg_dump", [
              ...["--no-owner", "--no-acl", `--dbname=${database}`],
              ...(sqlExportOptions.schemaOnly ? ["--schema-only"] : []),
              ...(sqlExportOptions.tables ?? []).map((table: string) => `--table=${table}`),
          ]);
}

/** Imports content into a database. */
export async function imported(cluster: Cluster, context: Inputs, content: Buffer): Promise<void> {
    const { fileType, database = "postgres", importUser = "postgres", csvImportOptions = {} } = context;
    if (fileType !== "CSV") {
        const options = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", `--dbname=${database}`];
        await program(cluster, "psql", options, content, { PGOPTIONS: `-c role=${importUser}` });
        return;
    }
    const { table, columns = [] } = csvImportOptions;
    const names = String(table).split(".").map(id).join(".");
    const listed = columns.length > 0 ? ` (${columns.map(id).join(", ")})` : "";
    await cluster.administer(database, async (client) => {
        await client.query(`SET ROLE ${id(importUser)}`);
        await pipeline(
            Readable.from(content),
            client.query(copyFrom(`COPY ${names}${listed} FROM STDIN WITH (FORMAT csv)`)),
        );
    });
}

/** Runs a client program of PostgreSQL as the administrator; returns its output. */
function program(
    cluster: Cluster,
    name: string,
    args: string[],
    input?: Buffer,
    more: Record<string, string> = {},
): Promise<Buffer> {
    const variables = {
        PGHOST: cluster.sockets,
        PGPORT: "5432",
        PGUSER: administrator,
        PGPASSWORD: cluster.password(),
    };
    const missing = "the client programs of PostgreSQL (Debian: postgresql-client)";
    return clientProgram([name], missing, args, { ...variables, ...more }, input);
}
