import { Network } from "@pulumi/gcp/compute/network";
import * as pulumi from "@pulumi/pulumi";
import { AutoscaledDeployment, GkeCluster } from "slipway/gke";
import type { Capability, CloudSqlClient, SecretFile } from "slipway/iam";
import { apps, connection, iamClient, passwordClient, routeBy } from "../databaseClient";
import {
    type Args,
    bare,
    container,
    deployed,
    deployedOptions,
    deploying,
    dns,
    google,
    image,
    metadata,
    pod,
    policy,
    refusal,
    withPod,
} from "../deploying";
import { refused, registered, registeredOptions } from "../registered";

type Uses = Record<string, Capability<CloudSqlClient | SecretFile>>;

const run = "serviceAccount:echo-run@acme-dev.iam.gserviceaccount.com";
const proxyImage =
    "gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.25.4@sha256:88501f0a695a586988add1b8a206fdf3f29f9a1a3deeb9b45ef2b1481ea6be83";
const amounts = { cpu: "1", memory: "2Gi", "ephemeral-storage": "128Mi" };
const answers = (path: string) => ({ httpGet: { path, port: "proxy-health" }, timeoutSeconds: 10 });

/** The proxy container, which connects to these instances. */
const proxy = (instances: string[], more: object = {}, flags: string[] = ["--unix-socket=/cloudsql"], port = 9801) => ({
    name: "cloud-sql-proxy",
    image: proxyImage,
    imagePullPolicy: "Always",
    restartPolicy: "Always",
    args: [
        "--structured-logs",
        "--exit-zero-on-sigterm",
        "--max-sigterm-delay=30s",
        "--health-check",
        "--http-address=0.0.0.0",
        `--http-port=${port}`,
        ...flags,
        ...instances,
    ],
    ports: [{ name: "proxy-health", containerPort: port, protocol: "TCP" }],
    resources: { requests: amounts, limits: amounts },
    securityContext: {
        allowPrivilegeEscalation: false,
        privileged: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
    },
    startupProbe: { ...answers("/startup"), periodSeconds: 1, failureThreshold: 60 },
    livenessProbe: { ...answers("/liveness"), periodSeconds: 20, failureThreshold: 6 },
    volumeMounts: [{ name: "cloudsql", mountPath: "/cloudsql" }],
    ...more,
});
const sockets = { name: "cloudsql", emptyDir: { sizeLimit: "1Mi" } };
const mount = { name: "cloudsql", mountPath: "/cloudsql", readOnly: true };
const secret = (of: string) => ({
    name: `echo-secrets-${of}`,
    csi: {
        driver: "secrets-store-gke.csi.k8s.io",
        readOnly: true,
        volumeAttributes: { secretProviderClass: `echo-secrets-${of}` },
    },
});
const annotations = { "slipway/secrets": expect.stringMatching(/^[0-9a-f]{16}$/) };

const to = (address: string) => ({
    to: [{ ipBlock: { cidr: `${address}/32` } }],
    ports: [{ port: 3307, protocol: "TCP" }],
});
const grant = (component: string) => ({
    [`IAMMember echo-${component}-client`]: { project: "acme-dev", role: "roles/cloudsql.client", member: run },
});
const env = (...all: Record<string, string>[]) =>
    Object.entries(Object.assign({}, ...all)).map(([name, value]) => ({ name, value }));
const byIam = (component: string, engine = "postgres") => connection(component, `${engine} ${run} by /cloudsql`);
const byPassword = (component: string, value: string) =>
    connection(component, value, { PASSWORD_FILE: `/secrets/${component}/password` });

/** The autoscaler only measures the application's container, because the proxy's load would distort it. */
const autoscaler = {
    "HorizontalPodAutoscaler echo": expect.objectContaining({
        spec: expect.objectContaining({
            metrics: [
                {
                    type: "ContainerResource",
                    containerResource: {
                        name: "cpu",
                        container: "echo",
                        target: { type: "Utilization", averageUtilization: 80 },
                    },
                },
            ],
        }),
    }),
};

const inApps = (args: Args) => deployed(args, {}, "inApps");

test("a deployment connects to a database through a socket of the Auth Proxy, as its own account", async () => {
    expect(await inApps({ uses: { DATABASE: iamClient("sales") } })).toEqual({
        ...bare,
        ...autoscaler,
        ...grant("sales"),
        "NetworkPolicy echo": policy([], [...google, to("10.9.0.3")]),
        "Deployment echo": withPod({
            initContainers: [proxy(["acme-dev:europe-west1:sales?auto-iam-authn=true&private-ip=true"])],
            containers: [
                {
                    ...container,
                    env: env(byIam("sales")("DATABASE")),
                    volumeMounts: [...container.volumeMounts, mount],
                },
            ],
            volumes: [...pod.volumes, sockets],
        }),
    });
});

test("one proxy connects to all databases, each by its own address type", async () => {
    const sales = iamClient("sales", { addressType: "psc", address: "10.0.0.9" });
    const uses = {
        SALES: sales,
        AGAIN: sales,
        STOCK: passwordClient("stock", { engine: "mysql", address: "10.9.0.5" }),
        OPEN: iamClient("open", { addressType: "public", address: "203.0.113.9", route: undefined }),
        BOOKS: passwordClient("books", { engine: "sqlserver", address: "10.9.0.7" }),
    };
    const made = await inApps({ uses });
    expect(made["NetworkPolicy echo"]).toEqual(
        policy([], [...google, to("10.0.0.9"), to("10.9.0.5"), to("203.0.113.9"), to("10.9.0.7")]),
    );
    expect(Object.keys(made).filter((key) => !(key in bare))).toEqual([
        "IAMMember echo-open-client",
        "IAMMember echo-sales-client",
        "SecretProviderClass echo/secrets/books",
        "SecretProviderClass echo/secrets/stock",
    ]);
    const readOnly = true;
    expect(made["Deployment echo"]).toEqual(
        withPod(
            {
                initContainers: [
                    proxy([
                        "acme-dev:europe-west1:sales?auto-iam-authn=true&psc=true",
                        "acme-dev:europe-west1:stock?auto-iam-authn=false&private-ip=true",
                        "acme-dev:europe-west1:open?auto-iam-authn=true",
                        "acme-dev:europe-west1:books?auto-iam-authn=false&private-ip=true&port=1433",
                    ]),
                ],
                containers: [
                    {
                        ...container,
                        env: env(
                            byIam("sales")("SALES"),
                            byIam("sales")("AGAIN"),
                            byPassword("stock", "mysql app by /cloudsql")("STOCK"),
                            byIam("open")("OPEN"),
                            byPassword("books", "sqlserver app by /cloudsql 1433")("BOOKS"),
                        ),
                        volumeMounts: [
                            ...container.volumeMounts,
                            { name: "echo-secrets-stock", mountPath: "/secrets/stock", readOnly },
                            { name: "echo-secrets-books", mountPath: "/secrets/books", readOnly },
                            mount,
                        ],
                    },
                ],
                volumes: [...pod.volumes, secret("stock"), secret("books"), sockets],
            },
            {},
            { labels: metadata.labels, annotations },
        ),
    );
});

/** The proxy and the variables of a deployment. */
async function beside(args: Args) {
    const made = (await inApps(args))["Deployment echo"] as ReturnType<typeof withPod>;
    const { initContainers, containers, volumes } = made.spec.template.spec as typeof pod & {
        initContainers: object[];
    };
    return { initContainers, env: containers[0]?.env, volumes };
}

test("users with and without password share an instance's socket, and the passwords are in one file", async () => {
    const app = passwordClient("sales");
    const { initContainers, volumes } = await beside({ uses: { APP: app, APP_TOO: app, OWN: iamClient("sales") } });
    expect(initContainers).toEqual([proxy(["acme-dev:europe-west1:sales?auto-iam-authn=true&private-ip=true"])]);
    expect(volumes).toEqual([...pod.volumes, secret("sales"), sockets]);
});

test("several SQL Server instances listen on ports that the application does not use, without socket folders", async () => {
    const uses: Uses = {
        BOOKS: passwordClient("books", { engine: "sqlserver" }),
        STOCK: passwordClient("stock", { engine: "sqlserver" }),
    };
    const { initContainers, env: variables, volumes } = await beside({ uses, port: 1433, drainTimeout: "0 seconds" });
    const plain = (component: string) => `acme-dev:europe-west1:${component}?auto-iam-authn=false&private-ip=true`;
    const all = [`${plain("books")}&port=1434`, `${plain("stock")}&port=1435`];
    const { volumeMounts: _, ...without } = proxy(all, {}, []);
    expect(initContainers).toEqual([without]);
    expect(variables).toEqual(
        env(
            { PORT: "1433" },
            byPassword("books", "sqlserver app by /cloudsql 1434")("BOOKS"),
            byPassword("stock", "sqlserver app by /cloudsql 1435")("STOCK"),
        ),
    );
    expect(volumes).toEqual([...pod.volumes, secret("books"), secret("stock")]);
});

test("the proxy's image and resources can be configured, and its health port is unused", async () => {
    const of = `europe-docker.pkg.dev/acme/mirror/cloud-sql-proxy@sha256:${"b".repeat(64)}`;
    const { initContainers } = await beside({
        uses: { DATABASE: iamClient("sales") },
        port: 9801,
        terminationGracePeriod: "90 seconds",
        authProxy: { image: of, resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "2" } } },
    });
    const instance = "acme-dev:europe-west1:sales?auto-iam-authn=true&private-ip=true";
    const expected = proxy([instance], { image: of }, ["--unix-socket=/cloudsql"], 9802);
    expect(initContainers).toEqual([
        {
            ...expected,
            args: expected.args.map((each) => each.replace("=30s", "=90s")),
            resources: {
                requests: { cpu: "100m", memory: "128Mi", "ephemeral-storage": "128Mi" },
                limits: { cpu: "2", memory: "128Mi", "ephemeral-storage": "128Mi" },
            },
        },
    ]);
});

test("the proxy reaches Google APIs, also if the deployment has no grants", async () => {
    const made = await inApps({ uses: { DATABASE: passwordClient("sales") } });
    expect(made["NetworkPolicy echo"]).toEqual(policy([], [...google, to("10.9.0.3")]));
});

test("the proxy and the application can request as much as a pod of Autopilot has", async () => {
    const uses = { DATABASE: iamClient("sales") };
    const requests = { cpu: "29", memory: "108Gi", ephemeralStorage: "10112Mi" } as const;
    expect(await inApps({ uses, resources: { requests } })).toHaveProperty(["Deployment echo"]);
});

const open = { addressType: "public", address: "203.0.113.9", route: undefined } as const;

test("the proxy and the application can request more in a Standard cluster", async () => {
    const uses = { DATABASE: iamClient("sales", open) };
    const requests = { cpu: "30", memory: "110Gi", ephemeralStorage: "10Gi" } as const;
    expect(await deployed({ uses, resources: { requests } }, {}, "standard")).toHaveProperty(["Deployment echo"]);
});

test("a deployment without a database can have the name of the proxy's container", async () => {
    const made = await deployed({ name: "cloud-sql-proxy" });
    expect(made["Deployment echo"]).toMatchObject({ metadata: { name: "cloud-sql-proxy" } });
});

test("a preview knows the address of a public database, though not the network of a new cluster", async () => {
    const made = await deployed({ uses: { DATABASE: iamClient("sales", open) } }, { preview: true });
    expect(made["NetworkPolicy echo"]).toMatchObject({ spec: { egress: [dns, ...google, to("203.0.113.9")] } });
});

test("an endpoint of another program can have any private address", async () => {
    const hidden = { addressType: "psc", address: "sales.example.", route: undefined } as const;
    const made = await inApps({ uses: { DATABASE: iamClient("sales", hidden) } });
    const ranges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].map((cidr) => ({ ipBlock: { cidr } }));
    const ports = [{ port: 3307, protocol: "TCP" }];
    expect(made["NetworkPolicy echo"]).toEqual(policy([], [...google, { to: ranges, ports }]));
});

test("grants exist before the pods start", async () => {
    const made = await deployedOptions(() => deploying({ uses: { DATABASE: iamClient("sales") } }, "inApps"));
    expect(made["Deployment echo"]?.after).toEqual(expect.arrayContaining(["IAMMember echo-sales-client"]));
});

test("a cluster and a database in one network are deployed, whichever creates it", async () => {
    const program = () => {
        const cluster = new GkeCluster("main");
        const own = cluster.network?.network as Network;
        const uses = {
            SAME: iamClient("same", { route: routeBy(own) }),
            ID: iamClient("id", { route: routeBy(own.id) }),
            LINK: iamClient("link", {
                route: routeBy(pulumi.interpolate`https://www.googleapis.com/compute/v1/${own.id}`),
            }),
        };
        new AutoscaledDeployment("echo", { cluster, image, uses });
    };
    expect(Object.keys(await registered(program))).toContain("Deployment echo");
    const fresh = (options: object) => JSON.parse(JSON.stringify(options));
    expect(fresh(await registeredOptions(program, { preview: true }))).toEqual(fresh(await registeredOptions(program)));
});

const away = "uses.DATABASE: [gke/database-in-other-network]";

test("a database in another network than the cluster's own is refused before the deployment", async () => {
    const program = () => {
        const cluster = new GkeCluster("main");
        const uses = { DATABASE: iamClient("sales", { route: routeBy(new Network("apps")) }) };
        new AutoscaledDeployment("echo", { cluster, image, uses });
    };
    const before = Object.keys(await registered(() => [new GkeCluster("main"), new Network("apps")]));
    expect(await refused(program, {}, before)).toBe(`AutoscaledDeployment "echo": ${away}`);
});

const refusals: [string, () => Args, string[]][] = [
    [
        "a database in another existing network",
        () => ({ uses: { DATABASE: iamClient("sales", { route: routeBy("projects/acme-dev/global/networks/b") }) } }),
        [away],
    ],
    [
        "variables that a database also sets",
        () => ({
            uses: { SALES: passwordClient("sales"), SALES_INSTANCE: iamClient("stock") },
            env: { SALES: "a", SALES_PASSWORD_FILE: "b" },
        }),
        [
            "env.SALES: [gke/env-also-in-uses]",
            "uses.SALES_INSTANCE: [iam/uses-variable-twice]",
            "env.SALES_PASSWORD_FILE: [iam/env-variable-twice]",
        ],
    ],
    ["a proxy without a database", () => ({ authProxy: {} }), ["authProxy: [gke/auth-proxy-without-database]"]],
    [
        "folders where the sockets are",
        () => {
            const [sales, secretly] = [iamClient("sales"), passwordClient("stock")];
            const [, file] = secretly.attachments as [CloudSqlClient, SecretFile];
            const key = { value: "", grants: [], attachments: [{ ...file, path: "/cloudsql/key/text" }] };
            return { uses: { SALES: sales, KEY: key }, writable: ["/cloudsql", "/cloudsql-too"] };
        },
        ["writable: [gke/writable-socket-folder]", "uses.KEY: [gke/secret-file-in-socket-folder]"],
    ],
    [
        "the name of the proxy's container",
        () => ({ uses: { DATABASE: iamClient("sales") }, name: "cloud-sql-proxy" }),
        ["name: [gke/name-of-auth-proxy]"],
    ],
    [
        "an image of the proxy by its tag",
        () => ({ uses: { DATABASE: iamClient("sales") }, authProxy: { image: "gcr.io/a/cloud-sql-proxy:2.25.4" } }),
        [
            'authProxy.image: names an image by a tag, which can later refer to another image (got "gcr.io/a/cloud-sql-proxy:2.25.4"). Use a ContainerImage, or append the digest: @sha256:…. Guide: "From gcr.io, latest and a JSON key". To accept it nevertheless, set insecure: true.',
        ],
    ],
    [
        "more resources than a pod of Autopilot has, with those of the proxy",
        () => ({
            uses: { DATABASE: iamClient("sales") },
            resources: { requests: { cpu: "30", memory: "109Gi", ephemeralStorage: "10Gi" } },
        }),
        [
            "resources.requests.cpu: [gke/requests-with-auth-proxy]",
            "resources.requests.memory: [gke/requests-with-auth-proxy]",
            "resources.requests.ephemeralStorage: [gke/requests-with-auth-proxy]",
        ],
    ],
    [
        "resources of the proxy that Autopilot would change",
        () => ({
            uses: { DATABASE: iamClient("sales") },
            authProxy: { resources: { requests: { cpu: "10m", memory: "64Mi" }, limits: { memory: "52Mi" } } },
        }),
        [
            "authProxy.resources.limits.memory: [gke/limit-below-request]",
            "authProxy.resources.requests.cpu: [gke/request-range]",
        ],
    ],
    [
        "an unknown option of the proxy",
        () => ({ uses: { DATABASE: iamClient("sales") }, authProxy: { version: "2.25.4" } as object }),
        ['authProxy.version: unknown option "version"; the options are image, resources.'],
    ],
];

test.each(refusals)("a deployment is refused %s", async (_, args, problems) => {
    expect((await refusal(args(), "inApps")).split("\n")).toEqual(problems);
});

test("a network passed to a cluster is also matched by its name", async () => {
    const made = await inApps({ uses: { DATABASE: iamClient("sales", { route: routeBy("apps") }) } });
    expect(made["NetworkPolicy echo"]).toEqual(policy([], [...google, to("10.9.0.3")]));
    expect(apps).toMatch(/\/apps$/);
});
