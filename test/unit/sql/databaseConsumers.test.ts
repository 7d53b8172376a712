import type { UserArgs } from "@pulumi/gcp/sql/user";
import { CloudSqlInstance, type CloudSqlInstanceArgs, Network, ServerlessFunction } from "slipway";
import { AutoscaledDeployment, GkeCluster } from "slipway/gke";
import { apps, subnetwork } from "../databaseClient";
import { image } from "../deploying";
import { member, source } from "../predicting";
import { refused, registered, rejection, told } from "../registered";

const cluster = () => new GkeCluster("main", { network: { network: apps, subnet: subnetwork } });
const common = { network: { network: apps, subnet: subnetwork }, databases: { predictions: {} }, users: { app: {} } };
const instance = "acme-dev:europe-west1:sales-1a2b3c";

interface Made {
    spec: { template: { spec: { containers: Container[]; initContainers: Container[] } }; egress: object[] };
    serviceConfig: { environmentVariables: Record<string, string>; directVpcNetworkInterfaces: object[] };
}
interface Container {
    env: { name: string; value: string }[];
    args: string[];
}

/** The registered resources of a program, without the instance's random suffix. */
async function made(program: () => unknown): Promise<Record<string, Made>> {
    return JSON.parse(JSON.stringify(await registered(program)).replaceAll(/\bsales-[0-9a-f]{6}\b/g, "sales-1a2b3c"));
}

/** The variables that consumers get. */
async function variablesOf(args: CloudSqlInstanceArgs, uses: (database: CloudSqlInstance) => Record<string, never>) {
    const all = await made(() => {
        const database = new CloudSqlInstance("sales", { ...common, ...args } as CloudSqlInstanceArgs);
        new ServerlessFunction("predict", { source, trigger: { http: {} }, uses: uses(database) });
        new AutoscaledDeployment("echo", { cluster: cluster(), image, uses: uses(database) });
    });
    const { containers, initContainers } = all["Deployment echo"]?.spec.template.spec ?? {};
    return {
        all,
        function: all["Function predict"]?.serviceConfig.environmentVariables,
        deployment: Object.fromEntries(containers?.[0]?.env.map(({ name, value }) => [name, value]) ?? []),
        proxied: initContainers?.[0]?.args.filter((each) => each.startsWith("acme-dev:")),
    };
}

const beside = { DATABASE_INSTANCE: instance };
const withCa = { ...beside, DATABASE_CA: "-----BEGIN CERTIFICATE-----" };
const withPassword = { DATABASE_PASSWORD_FILE: "/secrets/sales-app/password" };

const byIam: [CloudSqlInstanceArgs, string, string][] = [
    [
        { engine: "postgres" },
        "postgresql://predict-run%40acme-dev.iam@10.64.0.3:5432/predictions?sslmode=require",
        `postgresql://echo-run%40acme-dev.iam@/predictions?host=/cloudsql/${instance}`,
    ],
    [
        { engine: "mysql" },
        "mysql://predict-run@10.64.0.3:3306/predictions?ssl-mode=REQUIRED",
        `mysql://echo-run@localhost/predictions?unix_socket=/cloudsql/${instance}`,
    ],
];

test.each(byIam)("consumers of %j authenticate as themselves", async (args, toFunction, toDeployment) => {
    const found = await variablesOf(args, (database) => ({ DATABASE: database.client }) as never);
    expect(found.function).toEqual({ DATABASE: toFunction, ...withCa });
    expect(found.deployment).toEqual({ DATABASE: toDeployment, ...beside });
    expect(found.proxied).toEqual([`${instance}?auto-iam-authn=true&private-ip=true`]);
    const grants = Object.keys(found.all).filter((key) => /^(IAMMember|User) (echo|predict)-sales/.test(key));
    expect(grants).toEqual([
        "IAMMember echo-sales-client",
        "IAMMember echo-sales-instance-user",
        "IAMMember predict-sales-client",
        "IAMMember predict-sales-instance-user",
        "User echo-sales-user",
        "User predict-sales-user",
    ]);
    expect(found.all["IAMMember predict-sales-client"]).toMatchObject({ member: member("predict-run") });
});

const byPassword: [CloudSqlInstanceArgs, string, string, string][] = [
    [
        { engine: "postgres" },
        "postgresql://app@10.64.0.3:5432/predictions?sslmode=require",
        `postgresql://app@/predictions?host=/cloudsql/${instance}`,
        "",
    ],
    [
        { engine: "mysql" },
        "mysql://app@10.64.0.3:3306/predictions?ssl-mode=REQUIRED",
        `mysql://app@localhost/predictions?unix_socket=/cloudsql/${instance}`,
        "",
    ],
    [
        { engine: "sqlserver" },
        "sqlserver://app@10.64.0.3:1433/predictions?encrypt=true",
        "sqlserver://app@127.0.0.1:1433/predictions",
        "&port=1433",
    ],
];

test.each(byPassword)(
    "consumers of %j authenticate as a user with a password",
    async (args, toFunction, toPod, port) => {
        const found = await variablesOf(args, (database) => ({ DATABASE: database.as({ user: "app" }) }) as never);
        expect(found.function).toEqual({ DATABASE: toFunction, ...withCa, ...withPassword });
        expect(found.deployment).toEqual({ DATABASE: toPod, ...beside, ...withPassword });
        expect(found.proxied).toEqual([`${instance}?auto-iam-authn=false&private-ip=true${port}`]);
        expect(
            Object.keys(found.all).filter((key) => /^(Secret)?I(am|AM)Member (echo|predict)-sales/.test(key)),
        ).toEqual([
            "IAMMember echo-sales-client",
            "IAMMember predict-sales-client",
            "SecretIamMember echo-sales-app-secret-accessor",
            "SecretIamMember predict-sales-app-secret-accessor",
        ]);
        expect(
            JSON.stringify(Object.entries(found.all).filter(([key]) => /^(Function|Deployment)/.test(key))),
        ).not.toMatch(/"password":|secretData/i);
    },
);

test("own account, user and replica of an instance share resources", async () => {
    const replicas = { reports: {} };
    const found = await variablesOf({ engine: "postgres", replicas } as CloudSqlInstanceArgs, (database) => {
        const app = database.as({ user: "app" });
        const [own, reports] = [database.client, database.as({ replica: "reports" })];
        return {
            OWN: own,
            APP: app,
            POSTGRES: database.as({ user: "app", database: "postgres" }),
            REPORTS: reports,
        } as never;
    });
    expect(found.proxied).toEqual([
        `${instance}?auto-iam-authn=true&private-ip=true`,
        expect.stringMatching(/^acme-dev:europe-west1:sales-reports-[0-9a-f]{6}\?auto-iam-authn=true&private-ip=true$/),
    ]);
});

test("a function is connected to the environment's own network, and a cluster must be in it", async () => {
    const all = await made(() => {
        const database = new CloudSqlInstance("sales");
        new ServerlessFunction("predict", { source, trigger: { http: {} }, uses: { DATABASE: database.client } });
    });
    const [shared] = Object.keys(all).filter((key) => key.startsWith("Network "));
    const name = shared?.replace("Network ", "");
    expect(all["Function predict"]?.serviceConfig.directVpcNetworkInterfaces).toEqual([
        {
            network: `projects/acme-dev/global/networks/${name}`,
            subnetwork: expect.stringMatching(
                new RegExp(`^projects/acme-dev/regions/europe-west1/subnetworks/${name}-`),
            ),
        },
    ]);
    const apart = () => {
        const uses = { DATABASE: new CloudSqlInstance("sales").client };
        new AutoscaledDeployment("echo", { cluster: new GkeCluster("main"), image, uses });
    };
    const before = Object.keys(await registered(() => [new CloudSqlInstance("sales"), new GkeCluster("main")]));
    expect(await refused(apart, {}, before)).toBe(
        'AutoscaledDeployment "echo": uses.DATABASE: [gke/database-in-other-network]',
    );
});

test("a consumer whose account's name is too long for a user of the database is refused, with ways out", async () => {
    const project = `acme-${"p".repeat(25)}`;
    let refusal: Promise<Error> | undefined;
    const iamUser = (user: UserArgs) => {
        refusal = rejection(user.name);
        Object.assign(user, { name: "short" });
    };
    const program = () => {
        const uses = { DATABASE: new CloudSqlInstance("sales", { ...common, transform: { iamUser } }).client };
        new ServerlessFunction("p".repeat(26), { source, entryPoint: "predict", trigger: { http: {} }, uses });
    };
    await registered(program, { config: { "gcp:project": project } });
    const account = `${"p".repeat(26)}-run@${project}`;
    expect((await refusal)?.message).toBe(
        `CloudSqlInstance "sales": client: makes serviceAccount:${account}.iam.gserviceaccount.com the user "${account}.iam", and names of users have 63 characters at most (got 65). ` +
            "Give the consumer a shorter name, or an account with a shorter ID, or set one of users: as({ user: … }). [sql/iam-user-name-too-long]",
    );
});

test("a network component is distinguished from another network before the deployment", async () => {
    const program = (isRight: boolean) => () => {
        const [one, other] = [new Network("one"), new Network("other")];
        const uses = { DATABASE: new CloudSqlInstance("sales", { network: isRight ? one : other }).client };
        new ServerlessFunction("predict", { source, trigger: { http: {} }, uses, network: one });
    };
    const { "Function predict": right } = await made(program(true));
    expect(right?.serviceConfig.directVpcNetworkInterfaces).toMatchObject([
        { network: "projects/acme-dev/global/networks/one" },
    ]);
    const before = Object.keys(
        await registered(
            () => new CloudSqlInstance("sales", { network: [new Network("one"), new Network("other")][1] }),
        ),
    );
    expect(await refused(program(false), {}, before)).toBe(
        'ServerlessFunction "predict": network: [iam/network-of-other-database]',
    );
    expect(await told(program(false), {}, before)).toContain(
        "network: must be the network of uses.DATABASE. Set it, or remove network. [",
    );
});

test("a Private Service Connect endpoint and a public address are used as configured", async () => {
    const all = await made(() => {
        const network = new Network("apps");
        const psc = new CloudSqlInstance("sales", { privateServiceConnect: { network } });
        const open = new CloudSqlInstance("open", { network: false, publicAddress: true });
        const uses = { PSC: psc.client, OPEN: open.client };
        new ServerlessFunction("predict", { source, trigger: { http: {} }, uses });
        const joined = new GkeCluster("main", { network });
        new AutoscaledDeployment("echo", { cluster: joined, image, uses });
    });
    const [proxy] = all["Deployment echo"]?.spec.template.spec.initContainers ?? [];
    expect(proxy?.args.filter((each) => each.startsWith("acme-dev:"))).toEqual([
        `${instance}?auto-iam-authn=true&psc=true`,
        expect.stringMatching(/^acme-dev:europe-west1:open-[0-9a-f]{6}\?auto-iam-authn=true$/),
    ]);
    const ports = [{ port: 3307, protocol: "TCP" }];
    expect(all["NetworkPolicy echo"]?.spec.egress.slice(-2)).toEqual([
        { to: [{ ipBlock: { cidr: "10.0.0.5/32" } }], ports },
        { to: [{ ipBlock: { cidr: "203.0.113.3/32" } }], ports },
    ]);
    const { environmentVariables, directVpcNetworkInterfaces } = all["Function predict"]?.serviceConfig ?? {};
    expect(environmentVariables).toMatchObject({
        PSC: expect.stringContaining("@10.0.0.5:5432/"),
        OPEN: expect.stringContaining("@203.0.113.3:5432/"),
    });
    expect(directVpcNetworkInterfaces).toEqual([
        {
            network: "projects/acme-dev/global/networks/apps",
            subnetwork: expect.stringContaining("/regions/europe-west1/subnetworks/apps"),
        },
    ]);
});
