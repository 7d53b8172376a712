import * as pulumi from "@pulumi/pulumi";
import { allow, type Capability, CloudSqlInstance, type CloudSqlInstanceArgs, Network } from "slipway";
import type { CloudSqlClient, CloudSqlWay, SecretFile } from "slipway/iam";
import { use } from "../../../lib/internal/access/capability";
import { problemsIn, registered } from "../registered";
import { apps, fresh } from "../sqlInstances";

const member = "serviceAccount:predict-run@acme-dev.iam.gserviceaccount.com";
const network: CloudSqlWay = { network: true };
const sockets: CloudSqlWay = { sockets: "/cloudsql" };

type Client = Capability<CloudSqlClient | SecretFile>;
type Options = Parameters<CloudSqlInstance["as"]>[0];

/** The variables of a client, without random suffixes of names, and the resources of its consumer. */
async function connected(args: CloudSqlInstanceArgs, options: Options, way: CloudSqlWay) {
    let variables: Record<string, string> = {};
    let attached: Partial<CloudSqlClient> = {};
    const all = await registered(async () => {
        const instance = new CloudSqlInstance("sales", { network: apps, ...args } as never);
        const client: Client = Object.keys(options).length === 0 ? instance.client : instance.as(options);
        const consumer = new pulumi.ComponentResource("test:index:Consumer", "predict");
        const { attachments } = use("predict", { DATABASE: client }, member, { parent: consumer });
        const { attachment } = attachments[0] as { attachment: CloudSqlClient };
        const { variables: made, connectionName, address, route, ...rest } = attachment;
        attached = rest;
        variables = await known(made("DATABASE", member, way));
    });
    const of = Object.entries(all).filter(([key]) => key.includes("predict"));
    return { variables, attached, consumer: Object.fromEntries(of) };
}

async function known(variables: Record<string, pulumi.Input<string>>): Promise<Record<string, string>> {
    const all = await new Promise<Record<string, string>>((done) => {
        pulumi.output(variables).apply((value) => done(value as Record<string, string>));
    });
    return Object.fromEntries(
        Object.entries(all).map(([key, value]) => [key, value.replaceAll(/-[0-9a-f]{6}\b/g, "")]),
    );
}

const certificate = "-----BEGIN CERTIFICATE-----";
const instanceName = "acme-dev:europe-west1:sales";

const cases: [string, CloudSqlInstanceArgs, Options, CloudSqlWay, Record<string, string>][] = [
    [
        "PostgreSQL by a socket, as the consumer's own account",
        { databases: { predictions: {} } },
        {},
        sockets,
        {
            DATABASE: `postgresql://predict-run%40acme-dev.iam@/predictions?host=/cloudsql/${instanceName}`,
            DATABASE_INSTANCE: instanceName,
        },
    ],
    [
        "PostgreSQL by the network, with TLS",
        {},
        {},
        network,
        {
            DATABASE: "postgresql://predict-run%40acme-dev.iam@10.64.0.3:5432/postgres?sslmode=require",
            DATABASE_INSTANCE: instanceName,
            DATABASE_CA: certificate,
        },
    ],
    [
        "PostgreSQL as a user with a password, to one of two databases",
        { databases: { predictions: {}, archive: {} }, users: { app: {} } },
        { user: "app", database: "archive" },
        sockets,
        {
            DATABASE: `postgresql://app@/archive?host=/cloudsql/${instanceName}`,
            DATABASE_INSTANCE: instanceName,
            DATABASE_PASSWORD_FILE: "/secrets/sales-app/password",
        },
    ],
    [
        "MySQL by a socket",
        { engine: "mysql", databases: { predictions: {} } },
        {},
        sockets,
        {
            DATABASE: `mysql://predict-run@localhost/predictions?unix_socket=/cloudsql/${instanceName}`,
            DATABASE_INSTANCE: instanceName,
        },
    ],
    [
        "MySQL by the network",
        { engine: "mysql", databases: { predictions: {} } },
        {},
        network,
        {
            DATABASE: "mysql://predict-run@10.64.0.3:3306/predictions?ssl-mode=REQUIRED",
            DATABASE_INSTANCE: instanceName,
            DATABASE_CA: certificate,
        },
    ],
    [
        "SQL Server by the network, as a user with a password",
        { engine: "sqlserver", databases: { predictions: {} }, users: { app: {} } },
        { user: "app" },
        network,
        {
            DATABASE: "sqlserver://app@10.64.0.3:1433/predictions?encrypt=true",
            DATABASE_INSTANCE: instanceName,
            DATABASE_CA: certificate,
            DATABASE_PASSWORD_FILE: "/secrets/sales-app/password",
        },
    ],
    [
        "SQL Server by the Auth Proxy",
        { engine: "sqlserver", databases: { predictions: {} }, users: { app: {} } },
        { user: "app" },
        sockets,
        {
            DATABASE: "sqlserver://app@127.0.0.1:1433/predictions",
            DATABASE_INSTANCE: instanceName,
            DATABASE_PASSWORD_FILE: "/secrets/sales-app/password",
        },
    ],
    [
        "a replica in another region",
        { replicas: { far: { region: "europe-west4" } } },
        { replica: "far" },
        sockets,
        {
            DATABASE:
                "postgresql://predict-run%40acme-dev.iam@/postgres?host=/cloudsql/acme-dev:europe-west4:sales-far",
            DATABASE_INSTANCE: "acme-dev:europe-west4:sales-far",
        },
    ],
    [
        "a public address",
        { network: false, publicAddress: true },
        {},
        network,
        {
            DATABASE: "postgresql://predict-run%40acme-dev.iam@203.0.113.3:5432/postgres?sslmode=require",
            DATABASE_INSTANCE: instanceName,
            DATABASE_CA: certificate,
        },
    ],
];

test.each(cases)("the code connects to %s with its variables", async (_, args, options, way, expected) => {
    expect((await connected(args, options, way)).variables).toEqual(expected);
});

test("a consumer is an IAM user of the database, on this instance only", async () => {
    const { consumer, attached } = await connected({}, {}, sockets);
    const condition = {
        title: "Only sales",
        expression: expect.stringMatching(
            /^resource\.service == "sqladmin\.googleapis\.com" && \(resource\.name == "projects\/acme-dev\/instances\/sales-[0-9a-f]{6}"\)$/,
        ),
    };
    expect(consumer).toEqual({
        "IAMMember predict-sales-client": { project: "acme-dev", role: "roles/cloudsql.client", member, condition },
        "IAMMember predict-sales-instance-user": {
            project: "acme-dev",
            role: "roles/cloudsql.instanceUser",
            member,
            condition,
        },
        "User predict-sales-user": {
            name: "predict-run@acme-dev.iam",
            type: "CLOUD_IAM_SERVICE_ACCOUNT",
            instance: fresh("sales"),
            databaseRoles: ["cloudsqlsuperuser"],
            deletionPolicy: "ABANDON",
        },
    });
    expect(attached).toEqual({
        kind: "cloud-sql",
        component: "sales",
        engine: "postgres",
        iam: true,
        port: 5432,
        addressType: "private",
        hasPublicAddress: false,
    });
});

test("a consumer that needs a public address gets it in addition to the private one", async () => {
    let attached: object | undefined;
    await registered(() => {
        const instance = new CloudSqlInstance("sales", { network: apps, publicAddress: true, replicas: { near: {} } });
        attached = { primary: instance.client.attachments[0], near: instance.as({ replica: "near" }).attachments[0] };
    });
    expect(attached).toMatchObject({
        primary: { addressType: "private", hasPublicAddress: true },
        near: { addressType: "private", hasPublicAddress: false },
    });
});

test.each([
    ["its ID", `projects/acme-dev/regions/europe-west1/subnetworks/data`],
    ["its name", "data"],
])("a consumer in the region of a subnet by %s connects through it, and no other consumer", async (_, subnet) => {
    await registered(() => {
        const vpc = new Network("apps");
        const route = (network: object) =>
            (new CloudSqlInstance("sales", { network } as never).client.attachments[0] as CloudSqlClient).route;
        const own = route({ network: vpc, subnet });
        expect(own?.network).toBe(vpc.network);
        expect(own?.subnetworkIn("europe-west1")).toBe("projects/acme-dev/regions/europe-west1/subnetworks/data");
        expect(own?.subnetworkIn("europe-west4")).toBeUndefined();
    });
});

test("a subnet that is known only at deployment counts for every region, and its network can be one by ID", async () => {
    const id = "projects/acme-dev/regions/europe-west1/subnetworks/data";
    await registered(async () => {
        const network = { ...apps, subnet: pulumi.output(id) };
        const { attachments } = new CloudSqlInstance("sales", { network }).client;
        const { route } = attachments[0] as CloudSqlClient;
        expect(route?.network).toBe(apps.network);
        expect(await known({ subnet: route?.subnetworkIn("europe-west4") ?? "none" })).toEqual({ subnet: id });
    });
});

test("a consumer with a password can read it and connect, and is not an IAM user", async () => {
    const { consumer, attached } = await connected({ users: { app: {} } }, { user: "app" }, sockets);
    expect(Object.keys(consumer)).toEqual([
        "IAMMember predict-sales-client",
        "SecretIamMember predict-sales-app-secret-accessor",
    ]);
    expect(consumer["SecretIamMember predict-sales-app-secret-accessor"]).toMatchObject({
        role: "roles/secretmanager.secretAccessor",
        secretId: "sales-app",
        member,
    });
    expect(attached).toMatchObject({ iam: false });
});

test("a consumer has the given roles, or none", async () => {
    const named = await connected({}, { roles: ["reader"] }, sockets);
    expect(named.consumer["User predict-sales-user"]).toMatchObject({ databaseRoles: ["reader"] });
    const none = await connected({}, { roles: [] }, sockets);
    expect(none.consumer["User predict-sales-user"]).not.toHaveProperty("databaseRoles");
    const early = await connected({ engine: "mysql", version: "5.7" }, {}, sockets);
    expect(early.consumer["User predict-sales-user"]).not.toHaveProperty("databaseRoles");
});

test.each([
    "domain:acme.com",
    "principal://iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/ci/subject/a",
])("%s, which is no user of a database, is refused, and can connect as a user with a password", async (other) => {
    const problems: string[] = [];
    await registered(() => {
        const instance = new CloudSqlInstance("sales", { network: apps, users: { app: {} } });
        try {
            allow(instance.client, other as "domain:acme.com");
        } catch (error) {
            problems.push(problemsIn(error as Error));
        }
        expect(allow(instance.as({ user: "app" }), other as "domain:acme.com")).toHaveLength(2);
    });
    expect(problems).toEqual([expect.stringContaining('CloudSqlInstance "sales": client: must be a principal: ')]);
});

test("two databases of an instance are granted once", async () => {
    const all = await registered(() => {
        const instance = new CloudSqlInstance("sales", { network: apps, databases: { a: {}, b: {} } });
        const uses = { A: instance.as({ database: "a" }), B: instance.as({ database: "b" }) };
        use("predict", uses, member, {
            parent: new pulumi.ComponentResource("test:index:Consumer", "predict"),
        });
    });
    expect(Object.keys(all).filter((key) => key.includes("predict"))).toEqual([
        "IAMMember predict-sales-client",
        "IAMMember predict-sales-instance-user",
        "User predict-sales-user",
    ]);
});

test("a consumer outside the network connects to an endpoint of Private Service Connect", async () => {
    let type: string | undefined;
    const all = await registered(() => {
        const instance = new CloudSqlInstance("sales", { privateServiceConnect: { network: new Network("apps") } });
        type = instance.client.attachments[0]?.addressType;
    });
    expect(type).toBe("psc");
    expect(all["Address apps-sales"]).toMatchObject({ addressType: "INTERNAL", region: "europe-west1" });
    expect(all["ForwardingRule apps-sales"]).toMatchObject({
        network: "projects/acme-dev/global/networks/apps",
        target: expect.stringMatching(
            /^projects\/tenant\/regions\/europe-west1\/serviceAttachments\/sales-[0-9a-f]{6}$/,
        ),
        loadBalancingScheme: "",
        allowPscGlobalAccess: true,
    });
});

test("a name that makes a socket path too long is refused for consumers with sockets", async () => {
    const name = "predictions-of-all-sales-in-all-stores-of-the-company-eu";
    const variables = (component: string, way: CloudSqlWay) => () => {
        const [attachment] = new CloudSqlInstance(component).client.attachments;
        return attachment?.variables("DATABASE", member, way);
    };
    await registered(() => {
        expect(variables(name, sockets)).toThrow(
            `CloudSqlInstance "${name}": name: must have at most 54 characters for a consumer with sockets, whose path must be shorter than 108 bytes (got "${name}"). [sql/socket-path-too-long]`,
        );
        expect(variables(name.slice(2), sockets)()).toHaveProperty("DATABASE");
        expect(variables(`${name}-west`, network)()).toHaveProperty("DATABASE");
    });
});

test.each([
    // PostgreSQL appends the name of its socket to the folder, MySQL does not.
    ["postgres", 54],
    ["mysql", 68],
] as const)(
    "the name of an instance of %s has %d characters at most for consumers with sockets",
    async (engine, max) => {
        const variables = (length: number) => () => {
            const [attachment] = new CloudSqlInstance("sales".padEnd(length, "x"), { engine } as CloudSqlInstanceArgs)
                .client.attachments;
            return attachment?.variables("DATABASE", member, sockets);
        };
        await registered(() => {
            expect(variables(max)()).toHaveProperty("DATABASE");
            expect(variables(max + 1)).toThrow(`must have at most ${max} characters for a consumer with sockets`);
        });
    },
);
