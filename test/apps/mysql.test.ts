import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Connection, createConnection } from "mysql2/promise";
import { type RunningServer, serve } from "../../local/runtime/emulator/server";
import type { Cloud } from "../../local/simulator/cloud/cloud";
import { cloudOf } from "../../local/simulator/cloudOf";
import type { Inputs } from "../../local/simulator/rules/rules";
import { instanceName } from "../../local/simulator/services/sql/names";
import { serverCa } from "../../local/simulator/services/sql/serverCa";
import { Deployment } from "../deploy/deployment";

/** The program of a user: an instance with a replica, and accounts that sign in. */
const program = (what: Record<string, unknown> = {}) => `"use strict";
const { CloudSqlInstance, Environment, StorageBucket } = require("slipway");
const { Account } = require("@pulumi/gcp/serviceaccount");
const { BucketIAMMember } = require("@pulumi/gcp/storage");
const { User } = require("@pulumi/gcp/sql");
const { IAMMember } = require("@pulumi/gcp/projects");

Environment.current().enable("iam.googleapis.com", "iamcredentials.googleapis.com");
const email = (id) => id + "@acme-deve.iam.gserviceaccount.com";
const accounts = ["web-run", "clerk-run", "guest-run"].map((accountId) => new Account(accountId, { accountId }));
const member = "serviceAccount:" + email("clerk-run");
new IAMMember("clerk", { project: "acme-deve", role: "roles/cloudsql.instanceUser", member }, { dependsOn: accounts });
const copies = new StorageBucket("copies").bucket;
exports.bucket = copies.name;
const { without, ...more } = ${JSON.stringify(what)};
if (!without) {
    const sales = new CloudSqlInstance("sales", {
        engine: "mysql",
        version: "8.4",
        databases: { web: {} },
        users: { app: {} },
        iamUsers: { ["serviceAccount:" + email("web-run")]: {} },
        publicAddress: true,
        network: false,
        replicas: { reports: {} },
        flags: { group_concat_max_len: 2048, activate_all_roles_on_login: true },
        ...more,
    }, { dependsOn: accounts });
    const ofGuest = { name: email("guest-run"), type: "CLOUD_IAM_SERVICE_ACCOUNT", instance: sales.instance.name };
    new User("guest", ofGuest);
    exports.connection = sales.instance.connectionName;
    const member = sales.instance.serviceAccountEmailAddress.apply((email) => "serviceAccount:" + email);
    new BucketIAMMember("copies", { bucket: copies.name, role: "roles/storage.objectAdmin", member });
}
`;

const dev = new Deployment({
    "Pulumi.yaml": "name: sales\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    "Pulumi.dev.yaml": "config:\n  gcp:project: acme-deve\n  gcp:region: europe-west1\n  slipway:kind: development\n",
    "package.json": '{ "name": "sales", "version": "1.0.0", "main": "index.js" }\n',
    "index.js": program(),
});
const lines: string[] = [];
let cloud: Cloud;
let served: RunningServer;
let outputs: Record<string, string>;

async function start(): Promise<void> {
    cloud = cloudOf(dev.place);
    served = await serve(cloud, { runsCode: true, report: (line) => lines.push(line) });
}

async function deploy(what?: Record<string, unknown>): Promise<void> {
    dev.edit("index.js", () => program(what));
    await dev.up("dev");
    outputs = await dev.outputs("dev");
}

beforeAll(async () => {
    await deploy();
    await start();
});
afterAll(async () => {
    await served.close();
    await dev.remove();
});

interface Connecting {
    user?: string;
    password?: string;
    database?: string;
    isEncrypted?: boolean;
    /** Part of the name of the instance. */
    at?: string;
}

/** The generated password of a user. */
const passwordOf = (user: string): string => {
    const all = cloud.store.list(`${instanceName("acme-deve", outputs.connection?.replace(/^.*:/, "") ?? "")}/users/`);
    return String(all.find(({ state }) => state.name === user)?.state.password);
};

async function connected({ at, isEncrypted = true, ...more }: Connecting): Promise<Connection> {
    const isAt = (name: string) => (at === undefined ? name === outputs.connection : name.includes(at));
    const [connection = "", address = ""] = Object.entries(served.databases).find(([name]) => isAt(name)) ?? [];
    const [host = "", port] = address.split(":");
    const { certificate: ca } = await serverCa(cloud, "acme-deve", connection.replace(/^.*:/, ""));
    const client = await createConnection({
        ...{ host, port: Number(port), database: "web", user: "app", password: passwordOf("app"), rowsAsArray: true },
        ...more,
        ...(isEncrypted && { ssl: { ca, verifyIdentity: false } }),
        authPlugins: { mysql_clear_password: () => () => Buffer.from(`${more.password}\0`) },
    });
    client.on("error", () => undefined);
    return client;
}

/** The rows of a statement in a connection of its own, or the message of its error. */
async function sql(statement: string, connecting: Connecting = {}): Promise<unknown> {
    let client: Connection | undefined;
    try {
        client = await connected(connecting);
        return (await client.query(statement))[0];
    } catch (error) {
        return (error as Error).message;
    } finally {
        await client?.end();
    }
}

async function tokenOf(id: string): Promise<string> {
    const account = `${id}@acme-deve.iam.gserviceaccount.com`;
    const url = `${served.url}/v1/projects/-/serviceAccounts/${account}:generateAccessToken`;
    const body = JSON.stringify({ scope: ["https://www.googleapis.com/auth/cloud-platform"] });
    const answer = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
    return ((await answer.json()) as Inputs).accessToken;
}

async function until(check: () => Promise<boolean>): Promise<void> {
    for (let left = 100; left > 0 && !(await check()); left--) {
        await sleep(100);
    }
    expect(await check()).toBe(true);
}

describe("signing in", () => {
    test.each<[string, Connecting, unknown]>([
        ["a built-in user with its password", {}, [["app@%"]]],
        ["another password", { password: "x" }, "Access denied for user 'app'@'localhost' (using password: YES)"],
        ["a user that there is not", { user: "nobody" }, expect.stringMatching(/^Access denied for user 'nobody'/)],
        ["root of the installation", { user: "root", password: "" }, expect.stringMatching(/^Access denied .* 'root'/)],
        ["a connection without encryption", { isEncrypted: false }, expect.stringMatching(/insecure transport/)],
        ["Google's administrator", { user: "cloudsqladmin" }, expect.stringMatching(/^Access denied/)],
        ["another database", { database: "none" }, "Unknown database 'none'"],
    ])("%s", async (_, connecting, expected) => {
        expect(await sql("SELECT current_user()", connecting)).toEqual(expected);
    });

    test("an account signs in with its own token, and needs the role for it", async () => {
        const who = (user: string, password: string) =>
            sql("SELECT current_user()", { user, password, database: "information_schema" });
        const failed = (user: string) => `Access denied for user '${user}'@'%' (using password: YES)`;
        expect([
            await who("web-run", await tokenOf("web-run")),
            await who("web-run", await tokenOf("clerk-run")),
            await who("web-run", "first"),
            await who("guest-run", await tokenOf("guest-run")),
        ]).toEqual([[["web-run@%"]], failed("web-run"), failed("web-run"), failed("guest-run")]);
        expect(lines).toContainEqual(
            expect.stringMatching(/^guest-run@acme-deve.* lacks cloudsql.instances.login on .*instances\/sales-/),
        );
    });

    test("a session cannot become an IAM user without a token", async () => {
        const client = await connected({});
        await expect(client.changeUser({ user: "web-run", password: "" })).rejects.toThrow(/Access denied/);
        client.destroy();
    });
});

describe("privileges are those of Cloud SQL", () => {
    test("a built-in user creates tables and users, and does not access files", async () => {
        await sql("CREATE TABLE orders (id int PRIMARY KEY)");
        await sql("INSERT INTO orders VALUES (7)");
        expect(await sql("SELECT id FROM orders")).toEqual([[7]]);
        expect(await sql("CREATE USER auditor IDENTIFIED BY 'x'")).not.toEqual(expect.any(String));
        expect(await sql("SELECT 1 INTO OUTFILE '/tmp/x'")).toMatch(/^Access denied/);
    });

    test("an IAM user has no privileges until it gets some", async () => {
        const connecting = { user: "web-run", password: await tokenOf("web-run"), database: "" };
        expect(await sql("SELECT * FROM web.orders", connecting)).toMatch(/command denied to user 'web-run'/);
        await sql("GRANT SELECT ON web.* TO 'web-run'@'%'");
        expect(await sql("SELECT * FROM web.orders", connecting)).toEqual([[7]]);
    });
});

test("the server, flags that it does not have, and what replicas are, are named once", async () => {
    expect(await sql("SELECT @@group_concat_max_len")).toEqual([[2048]]);
    const named =
        /runs \w+ [\d.]+ of this machine, on Google Cloud MySQL 8\.4|activate_all_roles_on_login|reads on the server/;
    expect(lines.filter((line) => named.test(line))).toHaveLength(3);
});

test("a replica has the data of its primary, and refuses changes", async () => {
    expect(await sql("SELECT id FROM orders", { at: "reports" })).toEqual([[7]]);
    expect(await sql("INSERT INTO orders VALUES (9)", { at: "reports" })).toMatch(/READ ONLY transaction/);
});

test("databases, users and flags follow the deployment", async () => {
    await deploy({
        databases: { web: {}, more: {} },
        users: { app: {}, reader: {} },
        flags: { group_concat_max_len: 4096 },
    });
    await until(async () => Array.isArray(await sql("SELECT 1", { database: "more" })));
    await until(async () => JSON.stringify(await sql("SELECT @@group_concat_max_len")) === "[[4096]]");
    expect(await sql("SELECT user FROM mysql.user WHERE user = 'reader'")).toEqual([["reader"]]);
    expect(await sql("SELECT id FROM orders")).toEqual([[7]]);
});

describe("the Cloud SQL Admin API", () => {
    /** Calls a method of the instance, and returns the operation when it has ended. */
    async function operated(method: string, body: object = {}): Promise<Inputs> {
        const api = `${served.url}/v1/projects/acme-deve`;
        const name = outputs.connection?.replace(/^.*:/, "");
        const began = await fetch(`${api}/instances/${name}/${method}`, { method: "POST", body: JSON.stringify(body) });
        let operation = (await began.json()) as Inputs;
        await until(async () => {
            operation = (await (await fetch(`${api}/operations/${operation.name}`)).json()) as Inputs;
            return operation.status === "DONE";
        });
        return operation;
    }
    const uri = (name: string) => `gs://${outputs.bucket}/${name}`;

    test.each([
        [
            "rows",
            "CSV",
            "orders.csv.gz",
            { csvExportOptions: { selectQuery: "SELECT id + 1 FROM orders ORDER BY id" } },
        ],
        ["a database", "SQL", "orders.sql", {}],
    ])("%s are exported to a bucket and imported from it", async (_, fileType, name, options) => {
        const exportContext = { fileType, uri: uri(name), databases: ["web"], ...options };
        expect((await operated("export", { exportContext })).error).toBeUndefined();
        if (fileType === "SQL") {
            await sql("DROP TABLE orders");
        }
        const importContext = { fileType, uri: uri(name), database: "web", csvImportOptions: { table: "orders" } };
        expect((await operated("import", { importContext })).error).toBeUndefined();
        expect(await sql("SELECT id FROM orders")).toEqual([[7], [8]]);
    });

    test("a restart ends connections, and keeps the data", async () => {
        const client = await connected({});
        const ended = new Promise((resolve) => client.once("error", resolve));
        expect((await operated("restart")).error).toBeUndefined();
        await ended;
        expect(await sql("SELECT count(*) FROM orders")).toEqual([[2]]);
    });
});

test("data outlive the command, and end with the instance", async () => {
    await served.close();
    await start();
    expect(await sql("SELECT count(*) FROM orders")).toEqual([[2]]);
    const folder = join(dirname(cloud.folder), "sql");
    expect(readdirSync(folder)).toHaveLength(1);
    await deploy({ without: true });
    await until(async () => !existsSync(folder) || readdirSync(folder).length === 0);
    expect(served.databases).toEqual({});
});
