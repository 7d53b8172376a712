import { Network } from "@pulumi/gcp/compute/network";
import * as pulumi from "@pulumi/pulumi";
import type { ServerlessFunctionArgs } from "slipway";
import { apps, connection, iamClient, passwordClient, routeBy, subnetwork } from "../databaseClient";
import { bare, made, member, predicting } from "../predicting";
import { refused, registered, told } from "../registered";

type Uses = ServerlessFunctionArgs["uses"];

const run = member("predict-run");
const grant = (component: string) => ({
    [`IAMMember predict-${component}-client`]: { project: "acme-dev", role: "roles/cloudsql.client", member: run },
});
const egress = {
    directVpcNetworkInterfaces: [{ network: apps, subnetwork }],
    directVpcEgress: "VPC_EGRESS_PRIVATE_RANGES_ONLY",
};
const withConfig = (more: object) => ({
    ...made("predict"),
    "Function predict": { ...bare("predict"), serviceConfig: { ...bare("predict").serviceConfig, ...more } },
});
const byIam = (component: string, engine = "postgres") =>
    connection(component, `${engine} ${run} by the network`, { CA: "pem" });
const byPassword = (component: string, engine = "postgres") =>
    connection(component, `${engine} app by the network`, {
        CA: "pem",
        PASSWORD_FILE: `/secrets/${component}/password`,
    });
const volume = (component: string) => ({
    mountPath: `/secrets/${component}`,
    projectId: "acme-dev",
    secret: `${component}-app`,
    versions: [{ path: "password", version: "1" }],
});

test("a function connects to a database in its network, as its service account, through a subnet in its region", async () => {
    const uses = { DATABASE: iamClient("sales") };
    expect(await registered(() => predicting({ uses }))).toEqual({
        ...withConfig({ environmentVariables: byIam("sales")("DATABASE"), ...egress }),
        ...grant("sales"),
    });
    const [without, all] = [
        await registered(() => predicting(), { environment: true }),
        await registered(() => predicting({ uses }), { environment: true }),
    ];
    expect(Object.keys(all).filter((key) => key.startsWith("Service ") && !(key in without))).toEqual([
        "Service compute",
    ]);
});

test("the password of a built-in user is in a file, whose path is in a variable", async () => {
    const uses = { DATABASE: passwordClient("sales", { engine: "sqlserver" }) };
    expect(await registered(() => predicting({ uses }))).toEqual(
        withConfig({
            environmentVariables: byPassword("sales", "sqlserver")("DATABASE"),
            secretVolumes: [volume("sales")],
            ...egress,
        }),
    );
});

test("two variables of one database add one grant, one file and one network", async () => {
    const [sales, app] = [iamClient("sales"), passwordClient("sales")];
    const uses = { DATABASE: sales, REPORTS: sales, APP: app, APP_TOO: app };
    expect(await registered(() => predicting({ uses }))).toEqual({
        ...withConfig({
            environmentVariables: {
                ...byIam("sales")("DATABASE"),
                ...byIam("sales")("REPORTS"),
                ...byPassword("sales")("APP"),
                ...byPassword("sales")("APP_TOO"),
            },
            secretVolumes: [volume("sales")],
            ...egress,
        }),
        ...grant("sales"),
    });
});

test("a database with a public address adds no network, and can be in another network", async () => {
    const isPublic = { addressType: "public", address: "203.0.113.9", route: undefined } as const;
    const uses = { PUBLIC: iamClient("open", isPublic) };
    expect(await registered(() => predicting({ uses }))).toEqual({
        ...withConfig({ environmentVariables: byIam("open")("PUBLIC") }),
        ...grant("open"),
    });
    const both = { ...uses, PRIVATE: iamClient("sales", { addressType: "psc", engine: "mysql" }) };
    expect(await registered(() => predicting({ uses: both }))).toEqual({
        ...withConfig({
            environmentVariables: { ...byIam("open")("PUBLIC"), ...byIam("sales", "mysql")("PRIVATE") },
            ...egress,
        }),
        ...grant("open"),
        ...grant("sales"),
    });
});

/** A database whose endpoint is created by another program. */
const hidden = { addressType: "psc", address: "sales.example.", route: undefined } as const;

const given: [string, ServerlessFunctionArgs["network"], object][] = [
    ["a subnet", { subnet: "functions" }, { directVpcNetworkInterfaces: [{ subnetwork: "functions" }] }],
    [
        "a network by its name, with all its traffic,",
        { subnet: "functions", network: "apps", egress: "all-traffic" },
        {
            directVpcNetworkInterfaces: [{ network: "apps", subnetwork: "functions" }],
            directVpcEgress: "VPC_EGRESS_ALL_TRAFFIC",
        },
    ],
    [
        "a network by an output",
        { subnet: "functions", network: pulumi.output(apps) },
        { directVpcNetworkInterfaces: [{ network: apps, subnetwork: "functions" }] },
    ],
    [
        "a connector",
        { connector: "apps" },
        {
            directVpcNetworkInterfaces: undefined,
            directVpcEgress: undefined,
            vpcConnector: "apps",
            vpcConnectorEgressSettings: "PRIVATE_RANGES_ONLY",
        },
    ],
];

test.each(given)(
    "a function with %s as its network connects to the database through it",
    async (_, network, config) => {
        const uses = { DATABASE: iamClient("sales") };
        const whole = {
            ...withConfig({ environmentVariables: byIam("sales")("DATABASE"), ...egress, ...config }),
            ...grant("sales"),
        };
        expect(await registered(() => predicting({ uses, network }))).toEqual(JSON.parse(JSON.stringify(whole)));
    },
);

test("with a network a function connects to the endpoint of a database", async () => {
    const uses = { SALES: iamClient("sales", hidden) };
    expect(await registered(() => predicting({ uses, network: { subnet: subnetwork } }))).toMatchObject({
        "Function predict": { serviceConfig: { directVpcNetworkInterfaces: [{ subnetwork }] } },
    });
});

test("two databases in the network of one resource, or of one ID and an output, share a subnet", async () => {
    const program = () => {
        const network = new Network("apps", { name: "apps" });
        const other = pulumi.interpolate`https://www.googleapis.com/compute/v1/${network.id}`;
        const uses = {
            SALES: iamClient("sales", { route: routeBy(network) }),
            STOCK: iamClient("stock", { route: routeBy(network) }),
            OTHER: iamClient("other", { route: routeBy(other) }),
        };
        predicting({ uses });
    };
    expect(await registered(program)).toMatchObject({
        "Function predict": { serviceConfig: egress },
    });
});

const problem = 'ServerlessFunction "predict": ';
const inOne = "[iam/databases-in-several-networks]";

const refusals: [string, () => Uses, Partial<ServerlessFunctionArgs>, string[]][] = [
    [
        "a network without a subnet in its region",
        () => ({ SALES: iamClient("sales", { route: { network: apps, subnetworkIn: () => undefined } }) }),
        {},
        ["network: [iam/network-without-subnet]"],
    ],
    [
        "two networks",
        () => ({
            SALES: iamClient("sales"),
            STOCK: iamClient("stock", { route: routeBy("projects/acme-dev/global/networks/stock") }),
        }),
        {},
        [`uses.STOCK: ${inOne}`],
    ],
    [
        "an endpoint in an unknown network",
        () => ({ SALES: iamClient("sales", hidden) }),
        {},
        ["network: [iam/network-of-database-unknown]"],
    ],
    [
        "another network than the configured one",
        () => ({ SALES: iamClient("sales") }),
        { network: { subnet: "functions", network: "functions" } },
        ["network: [iam/network-of-other-database]"],
    ],
    [
        "a network of the same name in another project",
        () => ({ SALES: iamClient("sales") }),
        { network: { subnet: "apps", network: "projects/acme-net/global/networks/apps" } },
        ["network: [iam/network-of-other-database]"],
    ],
    [
        "its own variables that a database also sets",
        () => ({ SALES: passwordClient("sales"), SALES_INSTANCE: iamClient("stock") }),
        { env: { SALES: "a", SALES_CA: "b", SALES_PASSWORD_FILE: "c", SALES_INSTANCE_CA: pulumi.output("d") } },
        [
            "uses.SALES_INSTANCE: [iam/uses-variable-twice]",
            "env.SALES_CA: [iam/env-variable-twice]",
            "env.SALES_PASSWORD_FILE: [iam/env-variable-twice]",
            "env.SALES_INSTANCE_CA: [iam/env-variable-twice]",
            "env.SALES: [iam/env-also-in-uses]",
        ],
    ],
];

test.each(refusals)("a function is refused with %s", async (_, uses, args, problems) => {
    expect((await refused(() => predicting({ uses: uses(), ...args }))).split("\n")).toEqual(
        problems.map((each) => problem + each),
    );
});

test("a network that is known is in the error of another one", async () => {
    const network = "projects/acme-net/global/networks/apps";
    const args = { uses: { SALES: iamClient("sales") }, network: { subnet: "apps", network } };
    expect(await told(() => predicting(args))).toContain(
        `network: must be the network of uses.SALES, "${apps}" (got "${network}"). Set it, or remove network. [`,
    );
});

test("two network resources are different networks before the deployment", async () => {
    const program = () => {
        const [one, other] = [new Network("one"), new Network("other")];
        const uses = {
            SALES: iamClient("sales", { route: routeBy(one) }),
            STOCK: iamClient("stock", { route: routeBy(other) }),
        };
        predicting({ uses });
    };
    expect(await refused(program, {}, ["Network one", "Network other"])).toBe(`${problem}uses.STOCK: ${inOne}`);
});
