import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { gunzipSync, gzipSync } from "node:zlib";
import { escapeIdentifier as id } from "pg";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import { type Cloud, type Inputs, isAllowedOn } from "../../../../simulator";
import { bucketName, objectName, writeObject } from "../../../../simulator/services/storage";
import { find } from "../../../../toolchain/process";
import { HttpError } from "../../../emulator/http";
import { administrator, type Cluster } from "./cluster";

/** https://cloud.google.com/sql/docs/postgres/import-export */
type Transfer = (cluster: Cluster, context: Inputs, instance: Inputs, cloud: Cloud) => Promise<void>;

/** Exports a database to an object. */
export const exportTo: Transfer = async (cluster, context, instance, cloud) => {
    const { fileType, uri, databases = [], csvExportOptions = {}, sqlExportOptions = {} } = context;
    const [database = "postgres"] = databases;
    const content =
        fileType === "CSV"
            ? await cluster.administer(database, (client) =>
                  buffer(client.query(copyTo(`COPY (${csvExportOptions.selectQuery}) TO STDOUT WITH (FORMAT csv)`))),
              )
            : await program(cluster, "pg_dump", [
                  ...["--no-owner", "--no-acl", `--dbname=${database}`],
                  ...(sqlExportOptions.schemaOnly ? ["--schema-only"] : []),
                  ...(sqlExportOptions.tables ?? []).map((table: string) => `--table=${table}`),
              ]);
    const { bucket, name } = located(uri, instance, "storage.objects.create", cloud);
    writeObject(cloud, bucket, name, uri.endsWith(".gz") ? gzipSync(content) : content);
};

/** Imports an object into a database. */
export const importFrom: Transfer = async (cluster, context, instance, cloud) => {
    const { fileType, uri, database = "postgres", importUser = "postgres", csvImportOptions = {} } = context;
    const { name, bucket } = located(uri, instance, "storage.objects.get", cloud);
    const object = cloud.store.read(objectName(bucket.id, name));
    if (object?.content === undefined) {
        throw new Error(`object ${uri} does not exist`);
    }
    const stored = cloud.store.content(object.content);
    const content = uri.endsWith(".gz") ? gunzipSync(stored) : stored;
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
};

/** The bucket and the name of an object, which the account of the instance needs a permission for. */
function located(uri: string, { serviceAccountEmailAddress }: Inputs, permission: string, cloud: Cloud) {
    const [, bucketId = "", name = ""] = /^gs:\/\/([^/]+)\/(.+)$/s.exec(uri) ?? [];
    const bucket = cloud.store.read(bucketName(bucketId));
    if (!bucket || !isAllowedOn(cloud, serviceAccountEmailAddress, permission, objectName(bucketId, name))) {
        throw new HttpError(
            403,
            "notAuthorized",
            `The service account does not have the required permissions for the bucket: ${serviceAccountEmailAddress} lacks ${permission} on ${uri}.`,
        );
    }
    return { bucket, name };
}

/** Runs a client program of PostgreSQL of this machine, as the administrator; returns its output. */
async function program(
    cluster: Cluster,
    name: string,
    args: string[],
    input?: Buffer,
    more: Record<string, string> = {},
): Promise<Buffer> {
    const found = find(name);
    if (found === undefined) {
        throw new Error(
            `there is no ${name} on PATH: install the client programs of PostgreSQL (Debian: postgresql-client)`,
        );
    }
    const { PATH = "" } = process.env;
    const variables = {
        PGHOST: cluster.sockets,
        PGPORT: "5432",
        PGUSER: administrator,
        PGPASSWORD: cluster.password(),
    };
    const child = spawn(found, args, { env: { PATH, ...variables, ...more }, stdio: ["pipe", "pipe", "pipe"] });
    child.stdin.on("error", () => undefined).end(input);
    const closed = new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
    const [output, complaints, code] = await Promise.all([buffer(child.stdout), buffer(child.stderr), closed]);
    if (code !== 0) {
        throw new Error(`${name} has failed: ${complaints.toString().trim()}`);
    }
    return output;
}

/** Operations of the Cloud SQL Admin API, in the order of their start. */
export class SqlOperations {
    private readonly all = new Map<string, Inputs>();

    /** Starts an operation; returns it. */
    start(operationType: string, { project, name }: Inputs, work: () => Promise<void>): Inputs {
        const now = () => new Date().toISOString();
        const operation: Inputs = {
            ...{ kind: "sql#operation", name: randomUUID(), operationType, status: "RUNNING" },
            ...{ targetProject: project, targetId: name, insertTime: now(), startTime: now() },
        };
        this.all.set(operation.name, operation);
        const ended = (error?: Inputs) =>
            Object.assign(operation, {
                ...{ status: "DONE", endTime: now() },
                ...(error && { error: { kind: "sql#operationErrors", errors: [error] } }),
            });
        work().then(
            () => ended(),
            ({ message }: Error) => ended({ kind: "sql#operationError", code: "ERROR_RDBMS", message }),
        );
        return { ...operation };
    }

    get(name: string): Inputs | undefined {
        return this.all.get(name);
    }
}
