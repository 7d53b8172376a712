import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { gunzipSync, gzipSync } from "node:zlib";
import { type Cloud, type Inputs, isAllowedOn } from "../../../simulator";
import { bucketName, objectName, writeObject } from "../../../simulator/services/storage";
import { find } from "../../../toolchain/process";
import { HttpError } from "../../emulator/http";
import type { RunningDatabase } from "./engine";

/** https://cloud.google.com/sql/docs/postgres/import-export, https://cloud.google.com/sql/docs/mysql/import-export */
type Transfer = (server: RunningDatabase, context: Inputs, instance: Inputs, cloud: Cloud) => Promise<void>;

/** Exports databases to an object. */
export const exportTo: Transfer = async (server, context, instance, cloud) => {
    const { uri } = context;
    const content = await server.export(context);
    const { bucket, name } = located(uri, instance, "storage.objects.create", cloud);
    writeObject(cloud, bucket, name, uri.endsWith(".gz") ? gzipSync(content) : content);
};

/** Imports an object into a database. */
export const importFrom: Transfer = async (server, context, instance, cloud) => {
    const { uri } = context;
    const { name, bucket } = located(uri, instance, "storage.objects.get", cloud);
    const object = cloud.store.read(objectName(bucket.id, name));
    if (object?.content === undefined) {
        throw new Error(`object ${uri} does not exist`);
    }
    const stored = cloud.store.content(object.content);
    await server.import(context, uri.endsWith(".gz") ? gunzipSync(stored) : stored);
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

/**
 * Runs a client program of this machine; returns its output.
 *
 * @param names of which the first found one runs
 * @param missing what to install if there is none
 */
export async function clientProgram(
    names: string[],
    missing: string,
    args: string[],
    variables: Record<string, string>,
    input?: Buffer,
): Promise<Buffer> {
    const found = names.map((name) => find(name)).find((path) => path !== undefined);
    if (found === undefined) {
        throw new Error(`there is no ${names[0]} on PATH: install ${missing}`);
    }
    const { PATH = "" } = process.env;
    const child = spawn(found, args, { env: { PATH, ...variables }, stdio: ["pipe", "pipe", "pipe"] });
    child.stdin.on("error", () => undefined).end(input);
    const closed = new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
    const [output, complaints, code] = await Promise.all([buffer(child.stdout), buffer(child.stderr), closed]);
    if (code !== 0) {
        throw new Error(`${names[0]} has failed: ${complaints.toString().trim()}`);
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
