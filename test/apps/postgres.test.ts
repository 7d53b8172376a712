import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { type RunningServer, serve } from "../../local/runtime/emulator/server";
import type { Inputs } from "../../local/simulator/rules/rules";
import { serverCa } from "../../local/simulator/services/sql/serverCa";
import { type Made, World } from "../unit/local/world";

/** The instance `sales-1a2b` on a real server, with a replica, and accounts that sign in. */
const world = new World();
const lines: string[] = [];
let served: RunningServer;
let instance: Made;
let app: Made;
let replica: Made;

const edition = { edition: "ENTERPRISE", tier: "db-custom-1-3840" };
const flags = (more: Record<string, string> = {}) =>
    Object.entries({
        "cloudsql.iam_authentication": "on",
        work_mem: "8192",
        "cloudsql.enable_pgaudit": "on",
        ...more,
    }).map(([name, value]) => ({ name, value }));
const ofInstance = (more: Record<string, string> = {}, about: Inputs = {}) => ({
    name: "sales-1a2b",
    databaseVersion: "POSTGRES_17",
    deletionProtection: false,
    settings: {
        ...edition,
        databaseFlags: flags(more),
        backupConfiguration: { enabled: true, pointInTimeRecoveryEnabled: true },
        ipConfiguration: { sslMode: "ENCRYPTED_ONLY" },
        ...about,
    },
});
const account = (id: string) => `${id}@acme-dev.iam`;
const ofReplica = {
    ...{ name: "sales-reports", databaseVersion: "POSTGRES_17", deletionProtection: false },
    ...{ masterInstanceName: "sales-1a2b", settings: { ...edition, databaseFlags: flags() } },
};

async function start(): Promise<void> {
    const { folder } = world.cloud;
    const content = { name: "sales" };
    const console = { folder, file: "", project: "sales", stackFolder: folder, program: folder, content, home: folder };
    served = await serve(world.cloud, { runsCode: true, console, report: (line) => lines.push(line) });
}

beforeAll(async () => {
    world.enable("compute", "sqladmin", "iam", "iamcredentials");
    instance = world.make("DatabaseInstance", ofInstance());
    world.make("Database", { name: "web", instance: "sales-1a2b" });
    app = world.make("User", { name: "app", instance: "sales-1a2b", password: "first" });
    replica = world.make("DatabaseInstance", ofReplica);
    for (const id of ["web-run", "clerk-run", "guest-run"]) {
        const member = world.account(id);
        if (id !== "clerk-run") {
            world.make("User", { name: account(id), instance: "sales-1a2b", type: "CLOUD_IAM_SERVICE_ACCOUNT" });
        }
        if (id !== "guest-run") {
            world.make("ProjectIAMMember", { project: "acme-dev", role: "roles/cloudsql.instanceUser", member });
        }
    }
    await start();
});
afterAll(() => served.close());

/** The address of an instance on this machine. */
function addressOf(name: string): { host: string; port: number } {
    const [host = "", port] = served.databases[`acme-dev:europe-west1:${name}`]?.split(":") ?? [];
    return { host, port: Number(port) };
}

interface Connecting {
    user?: string;
    password?: string;
    database?: string;
    ssl?: boolean;
    at?: string;
}

async function connected({ at = "sales-1a2b", ssl = true, ...more }: Connecting): Promise<Client> {
    const { certificate: ca } = await serverCa(world.cloud, "acme-dev", at);
    const certificates = { ca, checkServerIdentity: () => undefined };
    const client = new Client({ ...addressOf(at), database: "web", ...more, ssl: ssl && certificates });
    client.on("error", () => undefined);
    await client.connect();
    return client;
}

/** The rows of a statement in a connection of its own, or the message of its error. */
async function sql(statement: string, connecting: Connecting): Promise<unknown> {
    let client: Client | undefined;
    try {
        client = await connected(connecting);
        return (await client.query({ text: statement, rowMode: "array" })).rows;
    } catch (error) {
        return (error as Error).message;
    } finally {
        await client?.end();
    }
}

const asApp: Connecting = { user: "app", password: "first" };

async function tokenOf(id: string): Promise<string> {
    const url = `${served.url}/v1/projects/-/serviceAccounts/${id}@acme-dev.iam.gserviceaccount.com:generateAccessToken`;
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
    test.each([
        ["a built-in user with its password", asApp, [["app"]]],
        ["another password", { ...asApp, password: "second" }, 'password authentication failed for user "app"'],
        [
            "a user that there is not",
            { user: "nobody", password: "x" },
            'password authentication failed for user "nobody"',
        ],
        ["a connection without encryption", { ...asApp, ssl: false }, expect.stringContaining("no encryption")],
        [
            "Google's administrator",
            { user: "cloudsqladmin", password: "x" },
            'password authentication failed for user "cloudsqladmin"',
        ],
        ["another database", { ...asApp, database: "none" }, 'database "none" does not exist'],
    ])("%s", async (_, connecting, expected) => {
        expect(await sql("SELECT current_user", connecting)).toEqual(expected);
    });

    test("the console queries a database as the owner, and as an account that may sign in", async () => {
        const { origin, searchParams } = new URL(String(served.console));
        const query = async (id: string | undefined, sql: string): Promise<unknown> => {
            const as = id && `${id}@acme-dev.iam.gserviceaccount.com`;
            const answer = await fetch(`${origin}/api/query`, {
                method: "POST",
                headers: { authorization: `Bearer ${searchParams.get("token")}`, "content-type": "application/json" },
                body: JSON.stringify({ place: "acme-dev/sales-1a2b/web", sql, as }),
            });
            const { error, rows, changed } = (await answer.json()) as Inputs;
            return error ? [answer.status, error.message] : (changed ?? rows);
        };
        expect(await query(undefined, "CREATE TABLE asked (id int); INSERT INTO asked VALUES (1), (2)")).toBe(2);
        expect(await query(undefined, "SELECT id, current_user AS me FROM asked ORDER BY id LIMIT 1")).toEqual([
            { id: "1", me: "postgres" },
        ]);
        expect(await query("web-run", "SELECT session_user AS me")).toEqual([{ me: account("web-run") }]);
        expect(await query("web-run", "SELECT * FROM asked")).toEqual([400, "permission denied for table asked"]);
        expect(await query("guest-run", "SELECT 1")).toEqual([403, expect.any(String)]);
        expect(await query("clerk-run", "SELECT 1")).toEqual([400, `role "${account("clerk-run")}" does not exist`]);
        expect(await query(undefined, "DROP TABLE asked")).toBe(0);
    });

    test("an account signs in with its own token, and needs the role for it", async () => {
        const who = (user: string, password: string) => sql("SELECT current_user", { user: account(user), password });
        const failed = (user: string) =>
            `Cloud SQL IAM service account authentication failed for user "${account(user)}"`;
        expect([
            await who("web-run", await tokenOf("web-run")),
            await who("web-run", await tokenOf("clerk-run")),
            await who("web-run", "first"),
            await who("guest-run", await tokenOf("guest-run")),
        ]).toEqual([[[account("web-run")]], failed("web-run"), failed("web-run"), failed("guest-run")]);
        expect(lines).toContainEqual(
            expect.stringMatching(/^guest-run@acme-dev.* lacks cloudsql.instances.login on .*instances\/sales-1a2b/),
        );
    });
});

describe("privileges are those of Cloud SQL", () => {
    test("a built-in user creates tables, databases, roles and extensions, and is no superuser", async () => {
        expect(await sql("CREATE TABLE orders (id int); INSERT INTO orders VALUES (7)", asApp)).not.toEqual(
            expect.any(String),
        );
        expect(await sql("CREATE EXTENSION pg_stat_statements", asApp)).toEqual([]);
        expect(await sql("CREATE ROLE auditor", asApp)).toEqual([]);
        expect(
            await sql(
                "SELECT rolsuper, pg_has_role('cloudsqlsuperuser', 'member') FROM pg_roles WHERE rolname = 'app'",
                asApp,
            ),
        ).toEqual([[false, true]]);
        expect(await sql("COPY orders TO PROGRAM 'cat'", asApp)).toMatch(/permission denied to COPY/);
    });

    test("an IAM user without database roles can only connect", async () => {
        const connecting = { user: account("web-run"), password: await tokenOf("web-run") };
        expect(await sql("SELECT * FROM orders", connecting)).toBe("permission denied for table orders");
        expect(await sql("CREATE TABLE mine (id int)", connecting)).toBe("permission denied for schema public");
    });

    test("an extension that the server does not have is named", async () => {
        expect(await sql("CREATE EXTENSION vector", asApp)).toMatch(/vector/);
        await until(async () =>
            lines.some((line) => /^sales-1a2b: this server does not have the extension vector/.test(line)),
        );
    });
});

test("flags are settings of the server, and others are named", async () => {
    expect(await sql("SHOW work_mem", asApp)).toEqual([["8MB"]]);
    expect(lines).toContain("sales-1a2b: flags that this server does not have: cloudsql.enable_pgaudit");
    instance = world.update(instance, ofInstance({ work_mem: "16384" }));
    await until(async () => JSON.stringify(await sql("SHOW work_mem", asApp)) === '[["16MB"]]');
    expect(await sql("SELECT id FROM orders", asApp)).toEqual([[7]]);
});

test("a replica has the data of its primary, and is read-only", async () => {
    const there = { ...asApp, at: "sales-reports" };
    await until(async () => JSON.stringify(await sql("SELECT id FROM orders", there)) === "[[7]]");
    await sql("INSERT INTO orders VALUES (8)", asApp);
    await until(async () => JSON.stringify(await sql("SELECT count(*)::int FROM orders", there)) === "[[2]]");
    expect(await sql("INSERT INTO orders VALUES (9)", there)).toBe("cannot execute INSERT in a read-only transaction");
});

test("databases and passwords follow the deployment", async () => {
    world.make("Database", { name: "more", instance: "sales-1a2b" });
    app = world.update(app, { name: "app", instance: "sales-1a2b", password: "third" });
    await until(async () => Array.isArray(await sql("SELECT 1", { ...asApp, password: "third", database: "more" })));
    expect(await sql("SELECT 1", asApp)).toBe('password authentication failed for user "app"');
});

describe("the Cloud SQL Admin API", () => {
    /** Calls a method of the instance, and returns the operation when it has ended. */
    async function operated(method: string, body: object = {}): Promise<Inputs> {
        const api = `${served.url}/v1/projects/acme-dev`;
        const began = await fetch(`${api}/instances/sales-1a2b/${method}`, {
            method: "POST",
            body: JSON.stringify(body),
        });
        let operation = (await began.json()) as Inputs;
        await until(async () => {
            operation = (await (await fetch(`${api}/operations/${operation.name}`)).json()) as Inputs;
            return operation.status === "DONE";
        });
        return operation;
    }
    const connecting = { ...asApp, password: "third" };
    const uri = "gs://acme-dev-copies/orders.csv.gz";
    const selectQuery = "SELECT id FROM orders ORDER BY id";
    const exporting = {
        exportContext: { fileType: "CSV", uri, databases: ["web"], csvExportOptions: { selectQuery } },
    };

    test("rows are exported to a bucket and imported from it, with the roles of the instance's account", async () => {
        world.make("Bucket", { name: "acme-dev-copies", location: "EU" });
        expect((await operated("export", exporting)).error.errors[0].message).toMatch(/lacks storage.objects.create/);
        const member = `serviceAccount:${instance.state.serviceAccountEmailAddress}`;
        world.make("BucketIAMMember", { bucket: "acme-dev-copies", role: "roles/storage.objectAdmin", member });
        expect(await operated("export", exporting)).toMatchObject({ operationType: "EXPORT", targetId: "sales-1a2b" });
        const csvImportOptions = { table: "orders", columns: ["id"] };
        const importContext = { fileType: "CSV", uri, database: "web", importUser: "app", csvImportOptions };
        expect((await operated("import", { importContext })).error).toBeUndefined();
        expect(await sql(selectQuery, connecting)).toEqual([[7], [7], [8], [8]]);
    });

    test("a restart ends connections, and keeps the data", async () => {
        const client = await connected(connecting);
        const ended = new Promise((resolve) => client.once("end", resolve));
        expect((await operated("restart")).error).toBeUndefined();
        await ended;
        expect(await sql("SELECT count(*)::int FROM orders", connecting)).toEqual([[4]]);
    });
});

test("data outlive the command, and end with the instance", async () => {
    await served.close();
    await start();
    expect(await sql("SELECT count(*)::int FROM orders", { ...asApp, password: "third" })).toEqual([[4]]);
    const folder = join(dirname(world.cloud.folder), "sql");
    expect(readdirSync(folder)).toHaveLength(2);
    world.remove(replica);
    await until(async () => readdirSync(folder).length === 1);
    world.remove(app);
    world.remove(instance);
    await until(async () => !existsSync(folder) || readdirSync(folder).length === 0);
    expect(served.databases).toEqual({});
});
