import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { deploys } from "../../examples/foundation/roles";
import { accessVersion } from "../../local/runtime/services/secretmanager/api";
import { cloudOf } from "../../local/simulator/cloudOf";
import type { Inputs } from "../../local/simulator/rules/rules";
import { type Behind, serverBehind } from "../apps/databases/behind";
import { type MetadataServer, metadataServer } from "../apps/databases/metadata";
import { deployedFunction, start } from "../apps/deployedFunction";
import type { RunningFunction } from "../apps/python";
import { Deployment } from "../deploy/deployment";

const project = "acme-web-dev";

describe("the starter web-with-database", () => {
    const starter = Deployment.starter("web-with-database");
    const cloud = cloudOf(starter.place);
    let database: Behind | undefined;
    let metadata: MetadataServer;
    const running: RunningFunction[] = [];

    beforeAll(async () => {
        metadata = await metadataServer(`web-run@${project}.iam.gserviceaccount.com`, "token of the first hour");
    });
    afterAll(async () => {
        await stop();
        metadata?.close();
        await database?.remove();
        await starter.remove();
    });

    async function stop(): Promise<void> {
        await Promise.all(running.splice(0).map((each) => each.stop()));
    }

    /** Restarts the function as it is currently deployed. */
    async function restart(instances = 1): Promise<void> {
        await stop();
        const web = deployedFunction(cloud, project, "web");
        running.push(...(await Promise.all([...Array(instances)].map(() => start(web, metadata.environment)))));
    }

    async function ask(kilometres?: unknown, instance = 0): Promise<[number, unknown]> {
        const body = kilometres === undefined ? {} : { method: "POST", body: JSON.stringify({ kilometres }) };
        const url = (running[instance] as RunningFunction).url;
        const response = await fetch(url, { ...body, headers: { connection: "close" } });
        return [response.status, await response.json()];
    }

    const deliveries = async () => ((await ask())[1] as { kilometres: number }[]).map(({ kilometres }) => kilometres);
    const unreachable = [503, { error: "the database cannot be reached" }];

    /** Restarts the server: the function fails while it is down, and recovers afterwards. */
    async function failover(change = async () => {}): Promise<void> {
        const before = await deliveries();
        await database?.server.kill();
        expect(await ask()).toEqual(unreachable);
        await database?.server.start();
        await change();
        // Requests immediately after the restart can fail.
        await ask();
        expect(await deliveries()).toEqual(before);
        expect(await ask(99)).toMatchObject([200, { kilometres: 99 }]);
    }

    test.each(["dev", "prod"])("is deployed as %s by one up, and a second up changes nothing", async (stack) => {
        const { created } = await starter.up(stack);
        expect(created).toBeGreaterThan(40);
        expect(await starter.again(stack)).toEqual({ unchanged: created });
    });

    test("is highly available in production, and has nightly exports in both environments", () => {
        const settings = (id: string) => {
            const entries = cloud.store.list(`//cloudsql.googleapis.com/projects/${id}/instances`);
            const [instance] = entries.filter(({ type }) => type?.endsWith(":DatabaseInstance"));
            const { settings, deletionProtection }: Inputs = instance?.state ?? {};
            const { availabilityType, deletionProtectionEnabled, ipConfiguration } = settings;
            return {
                availabilityType,
                deletionProtectionEnabled,
                deletionProtection,
                public: ipConfiguration.ipv4Enabled,
            };
        };
        expect([settings(project), settings("acme-web-prod")]).toEqual([
            { availabilityType: "ZONAL", deletionProtectionEnabled: false, deletionProtection: false, public: false },
            { availabilityType: "REGIONAL", deletionProtectionEnabled: true, deletionProtection: true, public: false },
        ]);
        for (const id of [project, "acme-web-prod"]) {
            const jobs = cloud.store.list(`//cloudscheduler.googleapis.com/projects/${id}/`);
            expect(jobs.map(({ state }) => state.schedule)).toEqual(["0 2 * * *"]);
        }
    });

    test("two instances that start at the same time migrate a real PostgreSQL once, from the deployed archive and variables", async () => {
        database = await serverBehind(cloud, project, "web", metadata.token);
        await restart(2);
        const [one, other] = await Promise.all([ask(12.5), ask(3, 1)]);
        expect([one, other]).toMatchObject([
            [200, { kilometres: 12.5, minutes: 35 }],
            [200, { kilometres: 3, minutes: 16 }],
        ]);
        const applied = await database.server.sql("SELECT name FROM migrations ORDER BY applied, name", "web");
        expect(applied.trim().split("\n")).toEqual(["0001_deliveries.sql", "0002_index_by_time.sql"]);
        expect((await deliveries()).sort()).toEqual([12.5, 3]);
        const encrypted =
            "SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE datname = 'web' AND client_addr IS NOT NULL";
        expect((await database.server.sql(encrypted)).trim()).toBe("t");
    });

    test("an invalid distance is refused", async () => {
        expect(await ask("12")).toEqual([400, { error: "kilometres is '12': give a number from 0 to 100" }]);
        expect(await ask(101)).toEqual([400, { error: "kilometres is 101: give a number from 0 to 100" }]);
    });

    test("the application reconnects to the database after a failover, with a current token of the account", async () => {
        await failover(async () => {
            metadata.token = "token of the second hour";
            await database?.updateUsers(metadata.token);
        });
    });

    test("clients without the account's token are refused by the database", async () => {
        metadata.token = "token of another account";
        await restart();
        expect(await ask()).toEqual(unreachable);
        await running[0]?.printed("password authentication failed");
    });

    /** Writes the latest version of the deployed secret to its mount path. */
    function mounted(): string {
        const functions = cloud.store.list(`//cloudfunctions.googleapis.com/projects/${project}/`);
        const [{ serviceConfig }] = functions.map(({ state }) => state) as [Inputs];
        const { secretVolumes, environmentVariables } = serviceConfig;
        const [{ mountPath, secret, versions }] = secretVolumes;
        const file = `${mountPath}/${versions[0].path}`;
        expect(environmentVariables.DATABASE_PASSWORD_FILE).toBe(file);
        const { data } = accessVersion(cloud, `projects/${project}/secrets/${secret}/versions/${versions[0].version}`);
        expect(JSON.stringify(environmentVariables)).not.toContain(data.toString());
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, data);
        return file;
    }

    test("a password is read from its file, and a rotated one is used by the next revision", async () => {
        starter.edit("index.ts", (text) =>
            text
                .replace("databases: { web: {} },", "databases: { web: {} },\n    users: { web: {} },")
                .replace("database.client", 'database.as({ user: "web" })'),
        );
        await starter.up("dev");
        const file = mounted();
        try {
            await database?.remove();
            database = await serverBehind(cloud, project, "web", "");
            await restart();
            expect(await ask(7)).toMatchObject([200, { kilometres: 7 }]);
            await failover();

            starter.edit("index.ts", (text) => text.replace("users: { web: {} }", 'users: { web: { rotation: "2" } }'));
            await starter.up("dev");
            await database.updateUsers("");
            await restart();
            expect(await ask()).toEqual(unreachable);
            mounted();
            await restart();
            expect(await deliveries()).toEqual([99, 7]);
        } finally {
            rmSync(dirname(file), { recursive: true });
        }
    });

    test("is destroyed: dev immediately, prod after its protection is disabled", async () => {
        await starter.destroy("dev");
        expect(starter.remaining(project)).toEqual([]);
        await starter.takeDown("prod");
        expect(starter.remaining("acme-web-prod")).toEqual([]);
    });

    test("is deployed, updated and destroyed by an account with the roles that it needs, and no others", () => {
        const { roles = [], grantable = [] } = deploys["web-with-database"] ?? {};
        expect(starter.leastRoles()).toEqual({ roles: [...roles].sort(), grantable: [...grantable].sort() });
    });
});
